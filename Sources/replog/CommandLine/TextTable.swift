/// Rows of cells in aligned columns, indented by two.
struct TextTable {
  /// All of the same length.
  private let rows: [[String]]
  /// Columns of numbers.
  private let rightAligned: Set<Int>

  init(_ rows: [[String]], rightAligned: Set<Int> = []) {
    self.rows = rows
    self.rightAligned = rightAligned
  }

  /// Without spaces at their ends.
  var lines: [String] {
    let widths = (rows.first ?? []).indices.map { column in
      rows.map { $0[column].count }.max() ?? 0
    }
    return rows.map { row in
      let cells = row.indices.map { column in
        rightAligned.contains(column)
          ? row[column].rightAligned(to: widths[column]) : row[column].padded(to: widths[column])
      }
      let line = "  " + cells.joined(separator: "  ")
      return String(line.reversed().drop { $0 == " " }.reversed())
    }
  }
}
