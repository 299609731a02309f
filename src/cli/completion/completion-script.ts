import type { Shell } from "../commands/completion.ts";

/** The completion script for a shell, which calls `planish __complete`. */
export function completionScript(shell: Shell): string {
  return SCRIPTS[shell].trimStart();
}

// COMP_WORDS is split at colons and equals signs, so the script splits COMP_LINE itself, and removes the quotes.
// Unless a quote is open, readline completes only what follows such a character, so the part before it is removed from
// each answer. It quotes answers only as file names. Where there is no answer, it completes file names by itself.
const BASH = `
# bash completion for planish
_planish() {
  local line=\${COMP_LINE:0:COMP_POINT} at char word= quote= answer directive candidate path done=
  local -a words=()
  for ((at = 0; at < \${#line}; at++)); do
    char=\${line:at:1}
    if [[ $char == "\\\\" && $quote != "'" ]]; then ((at++)); word+=\${line:at:1}
    elif [[ $char == "$quote" ]]; then quote=
    elif [[ -z $quote && ($char == "'" || $char == '"') ]]; then quote=$char
    elif [[ -n $quote || $char != [[:space:]] ]]; then word+=$char
    elif [[ -n $word ]]; then words+=("$word") word=
    fi
  done
  local program=\${words[0]/#\\~/$HOME} current=$word
  answer=$("$program" __complete "\${words[@]:1}" "$current" 2>/dev/null) || return
  directive=\${answer##*:}
  if [[ -z $quote ]]; then
    [[ $current == *:* && $COMP_WORDBREAKS == *:* ]] && done=\${current%:*}:
    [[ $current == --*=* && $COMP_WORDBREAKS == *=* ]] && done=\${current%%=*}=
  fi
  COMPREPLY=()
  while IFS=$'\\t' read -r candidate _; do
    [[ -n $candidate && $candidate != ":$directive" ]] || continue
    candidate=\${candidate#"$done"}
    ((directive & 4)) && [[ -z $quote ]] && printf -v candidate %q "$candidate"
    COMPREPLY+=("$candidate")
  done <<<"$answer"
  ((directive & 2)) && compopt -o nospace 2>/dev/null
  ((directive & 4)) && compopt +o default 2>/dev/null
  if ! ((directive & 4)); then
    compopt -o filenames 2>/dev/null
    while IFS= read -r path; do
      [[ -n $path ]] && COMPREPLY+=("\${path#"$done"}")
    done <<<"$(compgen -f -- "$current")"
  fi
}
complete -o default -F _planish planish
`;

const ZSH = `
#compdef planish
# zsh completion for planish
_planish() {
  local line directive
  local -a answer candidates space
  answer=("\${(@f)$(\${(Q)words[1]} __complete "\${(@Q)words[2,CURRENT-1]}" "\${(Q)PREFIX}" 2>/dev/null)}")
  directive=\${answer[-1]#:}
  for line in "\${(@)answer[1,-2]}"; do
    if [[ $line == *$'\\t'* ]]; then
      candidates+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
    else
      candidates+=("\${line//:/\\\\:}")
    fi
  done
  ((directive & 2)) && space=(-S '')
  _describe planish candidates "\${(@)space}"
  ((directive & 4)) || _files
}
if [[ $funcstack[1] == _planish ]]; then
  _planish "$@"
else
  compdef _planish planish
fi
`;

const FISH = `
# fish completion for planish
function __planish_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l unquoted (string unescape -- "$current")
    set -l program $words[1]
    set -e words[1]
    set -l answer ($program __complete $words "$unquoted" 2>/dev/null)
    or return
    set -l directive $answer[-1]
    set -e answer[-1]
    string join \\n -- $answer
    if contains -- $directive :0 :2
        __fish_complete_path "$current"
    end
end
complete -c planish -f -a '(__planish_complete)'
`;

const SCRIPTS: Readonly<Record<Shell, string>> = { bash: BASH, zsh: ZSH, fish: FISH };
