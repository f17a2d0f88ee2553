/// A command that becomes another one, which is killed when its standard input ends: with a pipe there,
/// it does not outlive a test process that is killed.
///
/// The process that is started is the one that runs the command: it may be sent signals. What it reads is
/// empty.
/// - Parameter command: a program's path and its arguments.
public func endingWithInput(_ command: [String]) -> [String] {
  // The shell's child watches; `$$` is the shell, which becomes the command. The child keeps no other
  // descriptor: `Process` takes one that closes for the end of the command.
  let script = """
    exec {input}<&0
    {
      for file in /proc/self/fd/*; do
        number=${file##*/}
        ((number < 3 || number == input)) || exec {number}>&-
      done
      cat <&$input
      kill -KILL $$
    } >/dev/null 2>&1 &
    exec "$@" {input}<&- </dev/null
    """
  return ["/bin/bash", "-c", script, "bash"] + command
}
