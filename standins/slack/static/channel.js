import { refresh, replaceEmpty, say, watch } from "./live.js";

const messages = document.getElementById("messages");
const modals = document.getElementById("modals");
const user = document.body.dataset.user;

async function send(path, body) {
  const response = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  return response.json();
}

// Messages

function flash(entry) {
  entry.classList.remove("changed");
  void entry.offsetWidth; // Restarts the animation.
  entry.classList.add("changed");
}

function replaceArticle(old, fresh) {
  const mine = old.querySelector(":scope > article");
  const theirs = fresh.querySelector(":scope > article");
  if (mine.querySelector("dialog[open]") || mine.dataset.html === theirs.outerHTML) return;
  const focused = mine.contains(document.activeElement) ? document.activeElement.dataset.action : null;
  const edited = old.dataset.edits !== fresh.dataset.edits;
  theirs.dataset.html = theirs.outerHTML;
  mine.replaceWith(document.adoptNode(theirs));
  old.dataset.edits = fresh.dataset.edits;
  if (focused) theirs.querySelector(`[data-action="${CSS.escape(focused)}"]`)?.focus();
  if (edited) {
    flash(old);
    say("The app changed a message");
  }
}

function replaceThread(old, fresh) {
  const mine = old.querySelector(":scope > details");
  const theirs = fresh.querySelector(":scope > details");
  if (!theirs) return mine?.remove();
  if (!mine) return old.append(document.adoptNode(theirs));
  mine.querySelector("summary").textContent = theirs.querySelector("summary").textContent;
  replaceAll(mine.querySelector("ol"), theirs.querySelector("ol"));
}

function replaceAll(mine, theirs) {
  const entries = [...theirs.children];
  const kept = new Set(entries.map((entry) => entry.id));
  for (const old of [...mine.children]) if (!kept.has(old.id)) old.remove();
  for (const fresh of entries) {
    const old = document.getElementById(fresh.id);
    if (old) {
      replaceArticle(old, fresh);
      replaceThread(old, fresh);
    } else {
      fresh.classList.add("new");
      mine.append(document.adoptNode(fresh));
      say("The app wrote a message");
    }
  }
}

function apply(fresh) {
  const atEnd = innerHeight + scrollY > document.documentElement.scrollHeight - 120;
  const known = messages.children.length;
  replaceAll(messages, fresh.getElementById("messages"));
  replaceEmpty(fresh);
  if (atEnd && messages.children.length > known) messages.lastElementChild.scrollIntoView({ block: "end" });
  showModal(fresh.querySelector("#modals > dialog"));
}

// Buttons

function confirmed(button) {
  const dialog = document.getElementById(button.dataset.confirm);
  dialog.returnValue = "deny";
  dialog.showModal();
  return new Promise((done) =>
    dialog.addEventListener("close", () => done(dialog.returnValue === "confirm"), { once: true }),
  );
}

async function press(button) {
  if (button.dataset.confirm && !(await confirmed(button))) return;
  if (button.dataset.confirm && button.href) open(button.href, "_blank", "noopener");
  button.setAttribute("aria-busy", "true");
  const { channel, ts, block, action } = button.dataset;
  try {
    await send("/press", { channel, ts, block_id: block, action_id: action, user });
  } finally {
    button.removeAttribute("aria-busy");
  }
  await refresh(apply);
}

messages.addEventListener("click", (event) => {
  const button = event.target.closest("[data-press]");
  if (!button || button.hasAttribute("aria-busy")) return;
  if (button.dataset.confirm) event.preventDefault();
  press(button);
});

// Modals

function showModal(fresh) {
  const shown = modals.querySelector("dialog");
  if (shown?.id === fresh?.id && shown?.dataset.hash === fresh?.dataset.hash) {
    if (shown && !shown.open) shown.showModal();
    return;
  }
  shown?.remove();
  if (!fresh) return;
  modals.append(document.adoptNode(fresh));
  fresh.addEventListener("cancel", (event) => {
    event.preventDefault();
    close(fresh);
  });
  fresh.addEventListener("submit", (event) => {
    event.preventDefault();
    submit(fresh);
  });
  for (const button of fresh.querySelectorAll("[data-close]")) button.addEventListener("click", () => close(fresh));
  fresh.showModal();
}

function answers(dialog) {
  const given = {};
  for (const input of new Set(dialog.querySelectorAll("input, select, textarea"))) {
    if (input.type === "checkbox") {
      given[input.name] ??= [];
      if (input.checked) given[input.name].push(input.value);
    } else if (input.type !== "radio" || input.checked) {
      given[input.name] = input.value;
    }
  }
  return given;
}

function showErrors(dialog, errors, message) {
  for (const question of dialog.querySelectorAll("fieldset")) {
    const error = errors[question.dataset.block] ?? "";
    question.querySelector(".error").textContent = error;
    question.querySelector("input, select, textarea").setAttribute("aria-invalid", String(Boolean(error)));
  }
  const trouble = dialog.querySelector(".trouble");
  trouble.textContent = message;
  trouble.hidden = !message;
  dialog.querySelector("[aria-invalid=true]")?.focus();
}

async function submit(dialog) {
  const button = dialog.querySelector("[type=submit]");
  if (button.hasAttribute("aria-busy")) return;
  button.setAttribute("aria-busy", "true");
  try {
    const answer = await send(`/views/${dialog.id}/submit`, answers(dialog));
    showErrors(dialog, answer.errors ?? {}, answer.message);
  } finally {
    button.removeAttribute("aria-busy");
  }
  await refresh(apply);
}

async function close(dialog) {
  dialog.remove();
  await send(`/views/${dialog.id}/close`, {});
}

const waiting = modals.querySelector("dialog");
waiting?.remove();
showModal(waiting);
for (const article of messages.querySelectorAll("article")) article.dataset.html = article.outerHTML;
messages.lastElementChild?.scrollIntoView({ block: "end" });
watch(apply);
