"""`python -m checks.templates`: cfn-lint in three regions, and checkov over what SAM makes of the templates.

checkov sees functions, roles and URLs only after SAM's transform, and a resource with a condition only without it. An
exception stands in the template, with its reason: `Metadata: {checkov: {skip: [{id, comment}]}}` of a resource, or of
the whole template.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml
from samcli.lib.translate.sam_template_validator import SamTemplateValidator
from samcli.yamlhelper import yaml_parse

type Template = dict[str, Any]

ROOT = Path(__file__).parent.parent
TEMPLATES = ("template.yaml", "pipeline/template.yaml")
REGIONS = ("eu-central-1", "us-east-1", "ap-southeast-2")
CHECKOV = ROOT / ".cache" / "checkov" / "bin" / "checkov"
FOLDER = ROOT / ".cache" / "checks"


def main() -> None:
    """Run both; exit with 1 if one of them finds something."""
    lint = [str(Path(sys.executable).parent / "cfn-lint"), "--regions", *REGIONS, "-t", *TEMPLATES]
    if any([_fails(lint), _fails([str(CHECKOV), *_options(_write())])]):
        sys.exit(1)


def transformed(text: str, region: str = REGIONS[0]) -> Template:
    """Return a template as CloudFormation gets it from SAM. Raises InvalidSamDocumentException."""
    with _own_yaml_loader():
        template: Template = yaml_parse(text)
        if "Transform" not in template:
            return template
        validator = SamTemplateValidator(template, _NoManagedPolicies(), region=region)
        translated: Template = yaml_parse(validator.get_translated_template_if_valid())
        return translated


@contextmanager
def _own_yaml_loader() -> Iterator[None]:
    """Undo what SAM does to PyYAML's loader: it reads mappings as OrderedDict from then on, whoever loads them."""
    loader = yaml.SafeLoader
    constructors, by_prefix = loader.yaml_constructors.copy(), loader.yaml_multi_constructors.copy()
    try:
        yield
    finally:
        loader.yaml_constructors, loader.yaml_multi_constructors = constructors, by_prefix


def examined(template: Template) -> Template:
    """Return what checkov looks at: every resource, with the template's exceptions and its own."""
    everywhere = template.get("Metadata", {}).get("checkov", {}).get("skip", [])
    resources = {name: _examined(each, everywhere) for name, each in template["Resources"].items()}
    return template | {"Resources": resources}


def _examined(resource: Template, everywhere: Sequence[Template]) -> Template:
    own = resource.get("Metadata", {}).get("checkov", {}).get("skip", [])
    rest = {key: value for key, value in resource.items() if key != "Condition"}
    return rest | {"Metadata": {"checkov": {"skip": [*everywhere, *own]}}}


class _NoManagedPolicies:
    """The templates name AWS's managed policies by their ARNs only."""

    def load(self) -> dict[str, str]:
        return {}


def _write() -> list[Path]:
    FOLDER.mkdir(parents=True, exist_ok=True)
    written = []
    for name in TEMPLATES:
        written.append(FOLDER / f"{name.replace('/', '-')}.json")
        written[-1].write_text(json.dumps(examined(transformed((ROOT / name).read_text())), default=str))
    return written


def _options(files: Sequence[Path]) -> list[str]:
    named = [option for file in files for option in ("-f", str(file))]
    return [*named, "--framework", "cloudformation", "--skip-download", "--compact", "--quiet"]


def _fails(command: Sequence[str]) -> bool:
    return subprocess.run(command, cwd=ROOT, check=False).returncode != 0


if __name__ == "__main__":
    main()
