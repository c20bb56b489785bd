# One shell for all commands of a build, as in CodeBuild: each line on stdin names a file with one command.
readonly __end_of_command=$1
shift
while IFS= read -r __command_file; do
  source "$__command_file" < /dev/null
  printf '%s %s\n' "$__end_of_command" "$?"
done
