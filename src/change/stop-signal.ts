/** The signals of Linux that Docker knows, in the order of their numbers; `RTMIN+n` and `RTMAX-n` besides. */
const SIGNALS =
  "HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS";
const OTHERS = "IOT CLD POLL RTMIN RTMAX";

/** Whether engines accept a text as a signal: a number, or a name with or without `SIG`. */
export function isStopSignal(text: string): boolean {
  if (/^\d+$/.test(text)) return Number(text) >= 1 && Number(text) <= 64;
  const name = text.toUpperCase().replace(/^SIG/, "");
  if (/^RTMIN\+(?:[1-9]|1[0-5])$|^RTMAX-(?:[1-9]|1[0-4])$/.test(name)) return true;
  return `${SIGNALS} ${OTHERS}`.split(" ").includes(name);
}
