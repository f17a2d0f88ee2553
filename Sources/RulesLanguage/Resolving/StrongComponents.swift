/// The strongly connected components of a graph, each after all components it leads to (Tarjan's
/// algorithm with an explicit stack, because a rules file may chain thousands of names).
///
/// O(nodes + edges).
func strongComponents(of successors: [[Int]]) -> [[Int]] {
  var index = [Int?](repeating: nil, count: successors.count)
  var low = [Int](repeating: 0, count: successors.count)
  var isOpen = [Bool](repeating: false, count: successors.count)
  var open: [Int] = []
  var components: [[Int]] = []
  var counter = 0

  for root in successors.indices where index[root] == nil {
    var path: [(node: Int, next: Int)] = [(root, 0)]
    while let (node, next) = path.last {
      if next == 0 {
        index[node] = counter
        low[node] = counter
        counter += 1
        open.append(node)
        isOpen[node] = true
      }
      if next < successors[node].count {
        path[path.count - 1].next += 1
        let successor = successors[node][next]
        if index[successor] == nil {
          path.append((successor, 0))
        } else if isOpen[successor], let known = index[successor] {
          low[node] = min(low[node], known)
        }
        continue
      }
      path.removeLast()
      if let parent = path.last?.node { low[parent] = min(low[parent], low[node]) }
      if low[node] == index[node] {
        var component: [Int] = []
        repeat {
          component.append(open.removeLast())
          isOpen[component[component.count - 1]] = false
        } while component[component.count - 1] != node
        components.append(component)
      }
    }
  }
  return components
}
