/// The style sheet of the page: two sets of colours, and a second layout for narrow screens.
let tableStyle = """
  :root {
    color-scheme: light dark;
    --page: #fbfbfa; --card: #ffffff; --text: #1d2126; --muted: #626b75; --line: #e1e4e8;
    --stripe: #f6f7f8;
    --rule: #1f5fb8; --wait: #8a5a00; --goal: #1b7240; --unhandled: #b3261e; --overlap: #7a35a8;
  }
  @media (prefers-color-scheme: dark) {
    :root {
      --page: #15181c; --card: #1c2025; --text: #e4e7ea; --muted: #98a2ad; --line: #323941;
      --stripe: #22272d;
      --rule: #7db1f5; --wait: #e0b055; --goal: #6fcb95; --unhandled: #f58d85; --overlap: #cf9bf0;
    }
  }
  * { box-sizing: border-box; }
  body {
    margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 82rem; background: var(--page);
    color: var(--text); font: 15px/1.5 system-ui, sans-serif;
  }
  code { font: 0.92em/1.4 ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
  h1 { font-size: 1.6rem; margin: 0 0 .25rem; }
  h2 { font-size: 1.2rem; margin: 0; }
  header p, .place, .note, .muted { color: var(--muted); margin: 0; }
  nav ul, .counts { list-style: none; display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; padding: 0; }
  nav ul { margin: .75rem 0 0; }
  a { color: var(--rule); }
  section { margin-top: 2.5rem; }
  .bar { display: flex; gap: 2px; height: .6rem; margin-top: .75rem; overflow: hidden; border-radius: .3rem; }
  .bar i { flex: 1 1 0; }
  .bar .rule { background: var(--rule); } .bar .wait { background: var(--wait); }
  .bar .goal { background: var(--goal); } .bar .unhandled { background: var(--unhandled); }
  .bar .overlap { background: var(--overlap); }
  .counts { margin: .4rem 0 .9rem; font-variant-numeric: tabular-nums; }
  .counts .rule { color: var(--rule); } .counts .wait { color: var(--wait); }
  .counts .goal { color: var(--goal); } .counts .unhandled { color: var(--unhandled); }
  .counts .overlap { color: var(--overlap); }
  .scroll { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: .5rem; }
  table { border-collapse: collapse; width: 100%; }
  th, td { padding: .45rem .7rem; text-align: left; vertical-align: top; }
  thead th {
    color: var(--muted); font-weight: 600; font-size: .85em; vertical-align: bottom;
    border-bottom: 2px solid var(--line);
  }
  tbody { border-bottom: 1px solid var(--line); }
  tbody:last-child { border-bottom: 0; }
  tbody:nth-of-type(even) { background: var(--stripe); }
  tbody th { font-weight: 400; min-width: 9rem; border-left: 4px solid var(--kind); }
  tbody.rule { --kind: var(--rule); } tbody.wait { --kind: var(--wait); }
  tbody.goal { --kind: var(--goal); } tbody.unhandled { --kind: var(--unhandled); }
  .kind {
    display: inline-block; min-width: 2.9rem; color: var(--kind); font-size: .75em; font-weight: 600;
    letter-spacing: .04em; text-transform: uppercase;
  }
  .over, .label, .or { color: var(--muted); }
  .label { display: block; font-size: .88em; }
  .or { font-style: italic; }
  .number { text-align: right; font-variant-numeric: tabular-nums; }
  .any::after { content: "\\00b7"; color: var(--muted); opacity: .6; }
  .more { color: var(--muted); font-style: italic; }
  .note { margin-top: .5rem; font-size: .9em; }
  .hidden {
    position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
    white-space: nowrap;
  }
  @media (min-width: 761px) {
    tbody td code { white-space: nowrap; }
    thead th:first-child, tbody th { position: sticky; left: 0; background: var(--card); }
    tbody:nth-of-type(even) th { background: var(--stripe); }
  }
  @media (max-width: 760px) {
    body { padding: 1.25rem .75rem 3rem; }
    .scroll { border: 0; background: none; overflow: visible; }
    table, tbody, tr, th, td { display: block; }
    thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
    tbody {
      margin-bottom: .75rem; border: 1px solid var(--line); border-left: 4px solid var(--kind);
      border-radius: .5rem; background: var(--card); padding: .35rem 0;
    }
    tbody:nth-of-type(even) { background: var(--card); }
    tbody:last-child { border-bottom: 1px solid var(--line); }
    tbody th { border-left: 0; padding: .3rem .8rem; }
    tr + tr { border-top: 1px dashed var(--line); margin-top: .3rem; padding-top: .3rem; }
    td { display: grid; grid-template-columns: 46% 1fr; gap: .5rem; padding: .15rem .8rem; }
    td::before { content: attr(data-fact); color: var(--muted); font-size: .88em; }
    td.any, td.blank { display: none; }
    .number { text-align: left; }
    .more { display: block; }
    .more::before { content: none; }
  }
  @media print { body { max-width: none; } .scroll { overflow: visible; } }
  """
