/// The style sheet of the coverage page: one set of names for colours, in a light and a dark edition;
/// one accent a class; and a second layout of its tables for narrow screens.
let coveragePageStyle = """
  :root {
    color-scheme: light;
    --page: #fbfbfa; --card: #ffffff; --text: #1d2126; --muted: #626b75; --line: #e1e4e8;
    --soft: #f3f4f6; --focus: #1f5fb8; --changed: #fff3c4;
    --rule: #1f5fb8; --wait: #8a5a00; --goal: #1b7240; --unhandled: #b3261e; --overlap: #7a35a8;
  }
  @media (prefers-color-scheme: dark) { :root:not([data-theme="light"]) { \(darkColours) } }
  :root[data-theme="dark"] { \(darkColours) }
  * { box-sizing: border-box; }
  html { scroll-behavior: smooth; scroll-padding-top: 1rem; }
  @media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
  body {
    margin: 0 auto; padding: 2rem 1.5rem 5rem; max-width: 82rem; background: var(--page);
    color: var(--text); font: 15px/1.5 system-ui, sans-serif; font-variant-numeric: tabular-nums;
    overflow-wrap: break-word;
  }
  code, .fact, .value {
    font: .92em/1.45 ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
  }
  h1, h2, h3 { line-height: 1.25; margin: 0; }
  h1 { font-size: 1.5rem; } h2 { font-size: 1.3rem; }
  h3 { font-size: 1rem; margin: 2.25rem 0 .6rem; }
  p { margin: 0; } .muted { color: var(--muted); }
  a { color: var(--rule); }
  :focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; border-radius: 3px; }
  .hidden {
    position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
    white-space: nowrap;
  }
  .skip:focus { position: fixed; top: .5rem; left: .5rem; padding: .4rem .8rem;
    background: var(--card); z-index: 2; }
  button, select, input {
    font: inherit; color: var(--text); background: var(--card); border: 1px solid var(--line);
    border-radius: .4rem; padding: .3rem .65rem; min-height: 2.2rem; max-width: 100%;
  }
  button { cursor: pointer; } button:disabled { opacity: .45; cursor: default; }
  button:hover:enabled, select:hover { border-color: var(--muted); }
  .top { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; align-items: baseline; }
  .top button { margin-left: auto; }
  nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: .2rem 1.5rem; padding: 0;
    margin: .8rem 0 0; }
  section.scope { margin-top: 3rem; padding-top: 1.75rem; border-top: 1px solid var(--line); }
  .rule { --kind: var(--rule); } .wait { --kind: var(--wait); } .goal { --kind: var(--goal); }
  .unhandled { --kind: var(--unhandled); } .overlap { --kind: var(--overlap); }

  .figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr));
    gap: 1rem 1.5rem; margin: 1.25rem 0 1rem; }
  .figures div { display: flex; flex-direction: column-reverse; justify-content: flex-end; }
  .figures dt { color: var(--muted); font-size: .88rem; line-height: 1.35; }
  .figures dd { margin: 0; font-size: 1.65rem; font-weight: 600; line-height: 1.2; }
  .figures .good dd { color: var(--goal); } .figures .bad dd { color: var(--unhandled); }
  .figures dd small { font-size: .95rem; font-weight: 400; color: var(--muted); }
  .bar { display: flex; gap: 2px; height: .55rem; overflow: hidden; border-radius: .3rem; }
  .bar i { flex: 1 1 0; background: var(--kind); }

  .frame { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; }
  .scroll { overflow-x: auto; }
  table { border-collapse: collapse; width: 100%; }
  th, td { padding: .42rem .7rem; text-align: left; vertical-align: top; font-weight: 400; }
  thead th { color: var(--muted); font-size: .84rem; vertical-align: bottom;
    border-bottom: 1px solid var(--line); }
  tbody tr + tr > * { border-top: 1px solid var(--line); }
  .number { text-align: right; white-space: nowrap; }
  .zero { color: var(--muted); } .alarm { color: var(--unhandled); font-weight: 600; }

  .clauses .kind { background: var(--soft); }
  .clauses .kind th { font-weight: 600; color: var(--kind); }
  .clauses button {
    border: 0; padding: .1rem .3rem; margin: -.1rem -.3rem; min-height: 0; background: none;
    font-weight: 600; text-align: left; color: var(--kind);
  }
  .clauses button:hover { text-decoration: underline; }
  .clauses .label { display: block; color: var(--muted); font-size: .88rem; }
  .clauses th, .clauses td { vertical-align: middle; }
  .clauses .share { width: 30%; min-width: 9rem; }
  .clauses .share span { display: flex; align-items: center; gap: .6rem; }
  .clauses .share small { flex: 0 0 3.6rem; text-align: right; color: var(--muted); }
  .meter { flex: 1 1 auto; height: .55rem; }
  .meter i { display: block; height: 100%; border-radius: .15rem; min-width: 2px; overflow: hidden;
    background: color-mix(in srgb, var(--kind) 30%, transparent); }
  .meter b { display: block; height: 100%; background: var(--kind); }

  .filters { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; margin-bottom: .6rem; }
  .filters input { flex: 1 1 12rem; min-width: 0; }
  .chips { display: flex; flex-wrap: wrap; gap: .35rem; border: 0; padding: 0; margin: 0; }
  .chips button { border-radius: 2rem; color: var(--muted); }
  .chips button[aria-pressed="true"] { color: var(--kind); border-color: var(--kind); }
  .chips button::before { content: ""; display: inline-block; width: .6rem; height: .6rem;
    margin-right: .4rem; border-radius: 50%; border: 1.5px solid var(--kind); }
  .chips button[aria-pressed="true"]::before { background: var(--kind); }
  .states th, .states td { padding: .38rem .55rem; }
  .states td { white-space: nowrap; font-size: .88rem; }
  .states td:first-child { border-left: 3px solid var(--kind); }
  .states td button { border: 0; padding: 0 .25rem; margin: 0 -.25rem; min-height: 0;
    background: none; color: var(--kind); font-weight: 600; }
  .states td button:hover { text-decoration: underline; }
  .states tr[aria-current="true"] td { background: var(--soft); }
  .more { display: flex; flex-wrap: wrap; gap: .75rem; align-items: center; margin-top: .6rem; }

  .stepper { padding: 1rem; }
  .stepper .head { display: flex; flex-wrap: wrap; gap: .5rem .75rem; align-items: center; }
  .stepper .head select { flex: 1 1 16rem; min-width: 0; }
  .stepper .head .place { min-width: 6.5rem; text-align: center; color: var(--muted); }
  .moves { list-style: none; display: flex; flex-wrap: wrap; gap: .35rem; padding: 0; margin: .9rem 0; }
  .moves button { padding: .15rem .6rem; min-height: 1.9rem; background: var(--soft);
    border-color: transparent; }
  .moves button[aria-current="step"] { background: var(--text); color: var(--page); }
  .facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(14rem, 1fr)); gap: .2rem 1.5rem;
    margin: 0; }
  .facts div { display: flex; justify-content: space-between; gap: .75rem; padding: .15rem .4rem;
    border-radius: .3rem; min-width: 0; }
  .facts dt { color: var(--muted); min-width: 0; overflow-wrap: anywhere; }
  .facts dd { margin: 0; text-align: right; min-width: 0; overflow-wrap: anywhere; }
  .facts .wide { grid-column: span 2; }
  .facts .changed { background: var(--changed); }
  .facts .changed dt { color: inherit; } .facts .changed dd { font-weight: 600; }
  .outcome { margin-top: .75rem; } .outcome b { color: var(--kind); }
  .hint { font-size: .86rem; margin-top: .6rem; }
  kbd { font: .85em ui-monospace, Menlo, Consolas, monospace; border: 1px solid var(--line);
    border-radius: .25rem; padding: 0 .3rem; background: var(--soft); }
  .list ul { padding: 0; margin: 0; list-style: none; }
  .list li { padding: .5rem .8rem; } .list li + li { border-top: 1px solid var(--line); }
  .list button { border: 0; padding: 0 .25rem; margin: 0 -.25rem; min-height: 0; background: none;
    color: var(--muted); font-size: .9rem; text-align: left; }
  .list button:hover { color: var(--text); text-decoration: underline; }
  .list .way { display: block; color: var(--muted); font-size: .9rem; }
  .list details { border-top: 1px solid var(--line); }
  .list summary { padding: .5rem .8rem; color: var(--muted); cursor: pointer; }
  .list details ul { border-top: 1px solid var(--line); }
  .graph { padding: 1rem; } .graph svg { display: block; max-width: none; margin: 0 auto; }
  \(graphColours)
  @media (max-width: 760px) {
    body { padding: 1.25rem 1rem 3rem; }
    .top button { margin-left: 0; }
    .figures { grid-template-columns: 1fr 1fr; }
    .clauses table, .clauses tbody, .clauses tr, .clauses th, .clauses td { display: block; }
    .clauses thead, .states thead { position: absolute; width: 1px; height: 1px; overflow: hidden;
      clip-path: inset(50%); }
    .clauses tr { display: grid; grid-template-columns: repeat(auto-fit, minmax(4.2rem, 1fr));
      padding: .5rem .8rem; gap: .3rem; }
    .clauses tbody tr > * { border: 0; padding: 0; }
    .clauses tbody tr + tr { border-top: 1px solid var(--line); }
    .clauses th, .clauses .share { grid-column: 1 / -1; width: auto; }
    .clauses .number { text-align: left; }
    .clauses td[data-name]::before { content: attr(data-name); display: block; color: var(--muted);
      font-size: .76rem; font-weight: 400; }
    .clauses .share small { flex: 0 0 auto; min-width: 2.9rem; text-align: left; }
    .states table, .states tbody { display: block; }
    .states tr { display: grid; grid-template-columns: 1fr 1fr; padding: .5rem .8rem; gap: .1rem .9rem;
      border-left: 3px solid var(--kind); }
    .states tbody tr > * { border: 0; padding: 0; }
    .states tbody tr + tr { border-top: 1px solid var(--line); }
    .states td { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 .4rem;
      white-space: normal; min-width: 0; }
    .states td:first-child { grid-column: 1 / -1; border: 0; }
    .states td[data-name]::before { content: attr(data-name); color: var(--muted); font-size: .82rem;
      font-weight: 400;
      overflow-wrap: anywhere; }
    .states td.wide { grid-column: 1 / -1; }
    .facts { grid-template-columns: 1fr; } .facts .wide { grid-column: auto; }
    .filters select, .filters input, .stepper .head select { flex: 1 1 100%; }
    .stepper .head { justify-content: space-between; }
  }
  @media print { .filters, .more, .stepper .head, .top button { display: none; } }
  """

private let darkColours = """
  color-scheme: dark; --page: #15181c; --card: #1c2025; --text: #e4e7ea; --muted: #98a2ad; \
  --line: #323941; --soft: #262b31; --focus: #7db1f5; --changed: #4a3f17; --rule: #7db1f5; \
  --wait: #e0b055; --goal: #6fcb95; --unhandled: #f58d85; --overlap: #cf9bf0;
  """

/// The graph is drawn in the page's colours, so that it follows the theme that was chosen.
private let graphColours = """
  .graph text { font: 12px system-ui, sans-serif; fill: var(--text); dominant-baseline: central; }
  .graph .page { fill: none; }
  .graph .node text { text-anchor: middle; }
  .graph .name { font-weight: 700; }
  .graph .title { display: none; }
  .graph .remark, .graph .legend { fill: var(--muted); }
  .graph .node rect, .graph .node ellipse, .graph .node polygon {
    fill: color-mix(in srgb, var(--kind) 14%, var(--card)); stroke: var(--kind); stroke-width: 1.4;
  }
  .graph .node rect + rect { fill: none; stroke-width: 1; }
  .graph .event { --kind: var(--overlap); } .graph .guest, .graph .environment { --kind: var(--muted); }
  .graph .guest rect, .graph .environment ellipse { stroke-dasharray: 4 3; }
  .graph .edge { fill: none; stroke: var(--muted); stroke-width: 1.2; }
  .graph .edge:hover { stroke: var(--text); stroke-width: 3; }
  .graph .edge.awaits { stroke: var(--wait); stroke-dasharray: 5 3; }
  .graph .tip { fill: var(--muted); }
  .graph .ring { fill: var(--card); stroke: var(--wait); stroke-width: 1.6; }
  """
