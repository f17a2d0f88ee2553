import Foundation
import FoundationNetworking
import RulesNetwork
import Testing

/// A page of a server that is monitored.
func get(
  _ address: NetworkAddress, _ path: String
) async throws -> (status: Int, type: String?, text: String) {
  let url = try #require(URL(string: "http://\(address)\(path)"))
  let (data, response) = try await URLSession.shared.data(from: url)
  let reply = try #require(response as? HTTPURLResponse)
  return (
    reply.statusCode, reply.value(forHTTPHeaderField: "Content-Type"),
    String(decoding: data, as: UTF8.self)
  )
}
