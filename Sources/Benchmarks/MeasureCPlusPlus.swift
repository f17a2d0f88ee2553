/// Compiles and runs the rules of Figure 2 in C++.
/// - Returns: ns per firing, ns per evaluation that waits, the compiler; nil where there is none.
func measureCPlusPlus() -> (firing: Double, waiting: Double, compiler: String)? {
  guard let folder = TemporaryFolder(),
    let source = folder.write(handWrittenCPlusPlus, to: "segment.cpp")
  else { return nil }
  for compiler in ["clang++", "g++", "c++"] {
    let program = folder.path + "/" + compiler
    guard run([compiler, "-std=c++17", "-O2", "-o", program, source])?.status == 0,
      let result = run([program]), result.status == 0
    else { continue }
    let numbers = result.output.split { $0 == " " || $0 == "\n" }.compactMap { Double($0) }
    if numbers.count == 2 { return (numbers[0], numbers[1], compiler) }
  }
  return nil
}
