# press.zsh SHELL DIRECTORY SCRIPT LINE: prints what stands in a line of zsh after the tabulator was pressed behind LINE.
#
# SHELL is zsh in the root of files DIRECTORY; it runs on a terminal of its own, as people run it, with SCRIPT loaded.
module_path=($2/usr/lib/*-linux-gnu/zsh/*(N) $module_path)
zmodload zsh/zpty || exit 1
told=$(mktemp -u)
tell="tell() { print -r -- \"\$BUFFER\" >$told.half; mv $told.half $told }; zle -N tell; bindkey '^X' tell"
zpty -b z "TERM=dumb $1 -f -i"
zpty -w z "module_path=($module_path); fpath=($2/usr/share/zsh/functions/**/*(/N) \$fpath); PS1=; setopt nobeep"
zpty -w z "autoload -Uz compinit && compinit -u -d $told.dump; source $3"
zpty -w z "zmodload zsh/zle; $tell; bindkey '^I' complete-word"
zpty -w -n z "$4"$'\t\x18'
for turn in {1..600}; do
  [[ -e $told ]] && break
  zpty -r -t z shown
  sleep 0.05
done
cat "$told"
rm -f "$told" "$told.dump"
