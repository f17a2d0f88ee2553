import Glibc

Signals.prepare()

// Not an asynchronous main: the thread of one would, on Linux, let through the signals that are
// blocked here.
let arguments = Array(CommandLine.arguments.dropFirst())
Task.detached { exit(await Replog.run(arguments, console: Console()).rawValue) }
while true { pause() }
