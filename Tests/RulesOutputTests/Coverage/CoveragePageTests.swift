import Foundation
import RulesAnalysis
import RulesLanguage
import RulesOutput
import Testing

/// The page as its reader uses it, in a real browser.
@Suite(
  "The coverage page in Chromium", .serialized,
  .enabled(if: Browser.isExpected, "chromium is not installed: apt-get install chromium"))
struct CoveragePageTests {
  private static func page() throws -> String {
    let (report, rules) = try CoverageFormatTests.flagshipAndRules()
    return coverageHTML(report, rules)
  }

  private func strings(_ value: Any?) -> [String] { value as? [String] ?? [] }

  @Test("it loads without an error, with every state, clause and drawing", arguments: [375, 1280])
  func loads(width: Int) throws {
    let result = try Browser.run(
      try Self.page(), width: width,
      """
      const count = (selector) => document.querySelectorAll(selector).length;
      return {
        ready: document.documentElement.dataset.ready, sections: count('section.scope'),
        rows: count('#s0-states tr'), counted: document.getElementById('s0-count').textContent,
        clauses: count('#s0 .clauses button'), nodes: count('#s0 .graph svg .node'),
        hidden: count('[id$=-interactive][hidden]'),
      };
      """)
    #expect(strings(result["errors"]) == [])
    #expect(result["thrown"] == nil, "\(result)")
    #expect(result["ready"] as? String == "true")
    #expect(result["sections"] as? Int == 2 && result["hidden"] as? Int == 0)
    #expect(result["rows"] as? Int == 50)
    #expect(result["counted"] as? String == "124 states of 124, the first 50 shown")
    #expect(result["clauses"] as? Int == 11)
    #expect(result["nodes"] as? Int ?? 0 >= 11)
  }

  @Test("nothing is wider than a phone, a tablet or a desk", arguments: [320, 375, 768, 1280])
  func noSidewaysScrolling(width: Int) throws {
    let result = try Browser.run(
      try Self.page(), width: width,
      """
      const root = document.documentElement;
      const outside = [...document.querySelectorAll('body *')].filter((element) => {
        if (element.closest('.scroll, svg, .hidden, thead, script, style')) return false;
        return element.getBoundingClientRect().right > root.clientWidth + 1;
      }).map((element) => element.tagName + '.' + element.className);
      return { page: root.scrollWidth, view: root.clientWidth, outside };
      """)
    #expect(strings(result["errors"]) == [])
    #expect(result["page"] as? Int == result["view"] as? Int)
    #expect(strings(result["outside"]) == [])
  }

  @Test("filters by class, clause, what was seen, and words show what they say")
  func filters() throws {
    let result = try Browser.run(
      try Self.page(), width: 1280,
      """
      const find = (id) => document.getElementById('s0-' + id);
      const counted = () => parseInt(find('count').textContent.replace(',', ''));
      const choose = (id, value) => {
        find(id).value = value;
        find(id).dispatchEvent(new window.Event(id === 'search' ? 'input' : 'change'));
        return counted();
      };
      const out = {};
      const chips = [...find('chips').querySelectorAll('button')];
      chips[0].click();
      out.withoutRules = counted();
      out.pressed = chips[0].getAttribute('aria-pressed');
      chips[0].click();
      out.untested = choose('where', 'untested');
      out.zeros = [...find('states').querySelectorAll('.alarm')].map((cell) => cell.textContent);
      choose('where', 'all');
      out.production = choose('where', 'production');
      choose('where', 'all');
      out.words = choose('search', 'rpc == ok, header == sent');
      out.finalized = choose('search', 'finalized') + choose('search', 'not finalized');
      out.nothing = choose('search', 'no such state');
      find('reset').click();
      out.all = counted();
      document.querySelector('#s0 .clauses [data-clause="9"]').click();
      out.clause = find('clause').value;
      out.ofClause = counted();
      out.focus = document.activeElement.id;
      find('reset').click();
      find('more').click(); find('more').click();
      out.rows = find('states').children.length;
      out.moreHidden = find('more').hidden;
      return out;
      """)
    #expect(strings(result["errors"]) == [])
    #expect(result["thrown"] == nil, "\(result)")
    #expect(result["withoutRules"] as? Int == 50 && result["pressed"] as? String == "false")
    #expect(result["untested"] as? Int == 4 && strings(result["zeros"]) == ["0", "0", "0", "0"])
    #expect(result["production"] as? Int == 42)
    #expect(result["words"] as? Int == 16 && result["nothing"] as? Int == 0)
    #expect(result["finalized"] as? Int == 124)
    #expect(result["all"] as? Int == 124)
    #expect(result["clause"] as? String == "9" && result["ofClause"] as? Int == 36)
    #expect(result["focus"] as? String == "s0-clause")
    #expect(result["rows"] as? Int == 124 && result["moreHidden"] as? Bool == true)
  }

  @Test("the stepper is walked by keyboard, and shows what each move changed")
  func stepper() throws {
    let result = try Browser.run(
      try Self.page(), width: 1280,
      """
      const find = (id) => document.getElementById('s0-' + id);
      const out = { places: [], changes: [] };
      const note = () => {
        out.places.push(find('place').textContent);
        out.changes.push([...find('facts').querySelectorAll('.changed dt')].map((dt) => dt.textContent));
      };
      // The last state: goal in nine steps.
      find('search').value = 'footer == committed';
      find('search').dispatchEvent(new window.Event('input'));
      const rows = [...find('states').children];
      const button = rows[rows.length - 1].querySelector('button');
      button.click();
      out.focus = document.activeElement.id;
      note();
      press(find('stepper'), 'ArrowRight'); note();
      press(find('stepper'), 'ArrowRight'); note();
      press(find('stepper'), 'ArrowLeft'); note();
      press(find('stepper'), 'End'); note();
      out.moves = [...find('moves').querySelectorAll('button')].map((b) => b.textContent);
      out.outcome = find('outcome').textContent;
      press(find('stepper'), 'ArrowRight'); note();
      press(find('stepper'), 'Home'); note();
      press(find('stepper'), 'Escape');
      out.back = document.activeElement === button;
      out.current = rows[rows.length - 1].getAttribute('aria-current');
      // A way that is told in the list of unseen states is one click away, too.
      document.querySelector('#s0 [data-state]').click();
      out.unseen = find('outcome').textContent;
      press(find('stepper'), 'End');
      out.unseenEnd = find('outcome').textContent;
      return out;
      """)
    #expect(strings(result["errors"]) == [])
    #expect(result["thrown"] == nil, "\(result)")
    #expect(result["focus"] as? String == "s0-stepper")
    let moves = strings(result["moves"])
    #expect(moves.first == "start" && moves.count >= 9, "\(moves)")
    let last = moves.count - 1
    #expect(
      strings(result["places"]) == [0, 1, 2, 1, last, last, 0].map { "step \($0) of \(last)" })
    let changes = try #require(result["changes"] as? [[String]])
    #expect(changes.first == [] && changes[1] == ["server"] && changes[2] == ["header", "rpc"])
    #expect(result["back"] as? Bool == true && result["current"] as? String == "true")
    #expect((result["unseenEnd"] as? String)?.contains("never seen in tests") == true)
  }

  @Test("light and dark follow the system, and the button overrides it")
  func themes() throws {
    let script = """
      const colour = () => window.getComputedStyle(document.body).backgroundColor;
      const button = document.getElementById('theme');
      const out = { colours: [colour()], names: [button.textContent] };
      for (let i = 0; i < 3; i++) { button.click(); out.colours.push(colour()); out.names.push(button.textContent); }
      out.card = window.getComputedStyle(document.querySelector('.frame')).backgroundColor;
      return out;
      """
    let light = "rgb(251, 251, 250)"
    let dark = "rgb(21, 24, 28)"
    for isDark in [false, true] {
      let result = try Browser.run(try Self.page(), width: 1280, isDark: isDark, script)
      #expect(strings(result["errors"]) == [])
      let system = isDark ? dark : light
      #expect(strings(result["colours"]) == [system, light, dark, system], "dark: \(isDark)")
      #expect(
        strings(result["names"])
          == ["Theme: auto", "Theme: light", "Theme: dark", "Theme: auto"])
    }
  }

  @Test("text has contrast enough to be read, in light and in dark")
  func contrast() throws {
    for isDark in [false, true] {
      let result = try Browser.run(
        try Self.page(), width: 1280, isDark: isDark,
        """
        // A step, so that something has changed and one move is the current one.
        press(document.getElementById('s0-stepper'), 'ArrowRight');
        const parse = (text) => text.match(/[\\d.]+/g).map(Number);
        const background = (element) => {
          for (let e = element; e; e = e.parentElement) {
            const colour = parse(window.getComputedStyle(e).backgroundColor);
            if (colour.length === 3 || colour[3] === 1) return colour;
          }
          return [255, 255, 255];
        };
        const luminance = (colour) => {
          const [r, g, b] = colour.slice(0, 3).map((v) => {
            v /= 255;
            return v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
          });
          return .2126 * r + .7152 * g + .0722 * b;
        };
        const low = [];
        for (const element of document.querySelectorAll('body *')) {
          const hasText = [...element.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
          if (!hasText || element.closest('svg, script, style, option, .hidden, :disabled')) continue;
          const [a, b] = [luminance(parse(window.getComputedStyle(element).color)),
            luminance(background(element))].sort((x, y) => y - x);
          const ratio = (a + .05) / (b + .05);
          if (ratio < 4.5) low.push(`${element.tagName}.${element.className} ${ratio.toFixed(2)}`);
        }
        return { low: [...new Set(low)], changed: document.querySelectorAll('.changed').length };
        """)
      #expect(strings(result["errors"]) == [])
      #expect(result["thrown"] == nil, "\(result)")
      #expect(strings(result["low"]) == [], "dark: \(isDark)")
      #expect(result["changed"] as? Int ?? 0 > 0)
    }
  }

  @Test("every control has a name, and what is focused can be seen")
  func accessibility() throws {
    let result = try Browser.run(
      try Self.page(), width: 1280,
      """
      const word = (text) => /[a-z]/i.test(text || '') ? text : '';
      const name = (e) => word(e.getAttribute('aria-label'))
        || (e.matches('select, input') ? '' : word(e.textContent))
        || (e.id && document.querySelector(`label[for="${e.id}"]`)?.textContent);
      const controls = [...document.querySelectorAll('button, select, input, a')];
      const unnamed = controls.filter((e) => !name(e)).map((e) => e.outerHTML);
      const ids = [...document.querySelectorAll('[id]')].map((e) => e.id);
      const twice = ids.filter((id, i) => ids.indexOf(id) !== i);
      const dangling = [...document.querySelectorAll('[aria-labelledby], [aria-describedby]')]
        .flatMap((e) => [e.getAttribute('aria-labelledby'), e.getAttribute('aria-describedby')])
        .filter((id) => id && !document.getElementById(id));
      const first = document.querySelector('#s0 .clauses button');
      first.focus({ focusVisible: true });
      return { unnamed, twice, dangling, outline: window.getComputedStyle(first).outlineStyle,
        positive: controls.filter((e) => e.tabIndex > 0).length };
      """)
    #expect(strings(result["errors"]) == [])
    #expect(strings(result["unnamed"]) == [])
    #expect(strings(result["twice"]) == [] && strings(result["dangling"]) == [])
    #expect(result["outline"] as? String == "solid")
    #expect(result["positive"] as? Int == 0)
  }

  @Test("texts of the rules are shown as they are, and run nothing")
  func hostile() throws {
    let (report, rules) = try CoverageFormatTests.hostileAndRules()
    let result = try Browser.run(
      coverageHTML(report, rules), width: 1280,
      """
      return { images: document.images.length, ready: document.documentElement.dataset.ready,
        label: document.querySelector('.clauses .label').textContent,
        told: document.querySelector('.list .way').textContent };
      """)
    #expect(strings(result["errors"]) == [])
    #expect(result["images"] as? Int == 0 && result["ready"] as? String == "true")
    #expect(result["label"] as? String == "</script><img src=x onerror=alert(1)> | `y`")
  }

  @Test("of a large state space a bounded part is shown, and the exact rest is told")
  func large() throws {
    let facts = (0..<14).map { "f\($0)" }
    let events = facts.map { "event e\($0) then \($0) = any" }.joined(separator: "\n  ")
    let text = try ProfileText(
      "task T {\n  fact \(facts.joined(separator: ", ")) : Bool  initially false\n"
        + "  rule R when f0 do x() then f0 = false\n  goal not f0\n  \(events)\n}")
    let page = coverageHTML(
      try text.report(tests: []).report,
      [CoveredRules(program: text.program, analysis: text.analysis)])
    #expect(page.utf8.count < 1_000_000)
    let result = try Browser.run(
      page, width: 375,
      """
      return { counted: document.getElementById('s0-count').textContent,
        rows: document.querySelectorAll('#s0-states tr').length,
        options: document.querySelectorAll('#s0-trace option').length };
      """)
    #expect(strings(result["errors"]) == [])
    #expect(
      result["counted"] as? String
        == "4,000 states of 4,000, the first 50 shown; 12,384 further consistent states are not in "
        + "this page")
    #expect(result["rows"] as? Int == 50)
    #expect(result["options"] as? Int ?? 0 <= 402)
  }
}
