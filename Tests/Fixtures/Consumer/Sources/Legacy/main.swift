import RulesRuntime

enum Power { case mains, battery }

final class Lamp {
  let membership = TaskMembership()
  let subjectID: UInt64 = 1
  let subjectName = "the lamp"
  var wanted = false
  var shining = false
  var power = Power.mains
}

let pool = PoolCore(name: "lamps", log: .standardError(label: "lamps"))
let lamp = Lamp()
pool.add(lamp)
lamp.wanted = true
lamp.happened(.press)
while pool.step() == .zero {}
print("shining: \(lamp.shining), on battery: \(lamp.power == .battery)")
