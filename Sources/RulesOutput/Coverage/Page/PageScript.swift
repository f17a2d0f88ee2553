/// What the coverage page does beyond showing: filtering the states, stepping through traces, and
/// the choice between light and dark. Text gets into the page by `textContent` only.
let coveragePageScript = """
  'use strict';
  (() => {
    const data = JSON.parse(document.getElementById('data').textContent);
    const pageSize = 50, traceLimit = 200;
    const kinds = ['rule', 'wait', 'goal', 'overlap', 'unhandled'];
    const number = (n) => typeof n === 'string' ? n : n.toLocaleString('en-US');
    const plural = (n, word) => `${number(n)} ${word}${n === 1 ? '' : 's'}`;

    function make(tag, attributes, ...children) {
      const element = document.createElement(tag);
      for (const [name, value] of Object.entries(attributes || {})) {
        if (value === null || value === undefined || value === false) continue;
        if (name === 'text') element.textContent = value;
        else element.setAttribute(name, value === true ? '' : value);
      }
      element.append(...children);
      return element;
    }

    // Theme: as the system says, unless the reader says otherwise.
    const root = document.documentElement, themeButton = document.getElementById('theme');
    const themes = ['auto', 'light', 'dark'];
    const remembered = () => { try { return localStorage.getItem('theme'); } catch { return null; } };
    function showTheme(theme) {
      if (theme === 'auto') delete root.dataset.theme; else root.dataset.theme = theme;
      themeButton.textContent = `Theme: ${theme}`;
      try { localStorage.setItem('theme', theme); } catch { /* a page from a file has no storage */ }
    }
    let theme = themes.includes(remembered()) ? remembered() : 'auto';
    showTheme(theme);
    themeButton.hidden = false;
    themeButton.addEventListener('click', () => {
      theme = themes[(themes.indexOf(theme) + 1) % themes.length];
      showTheme(theme);
    });

    data.scopes.forEach((scope, index) => {
      const states = scope.states.map((row, id) => ({
        id, values: row[0], kind: kinds[row[1]], clauses: row[2], steps: row[3], parent: row[4],
        move: row[5], tests: row[6], production: row[7], excepted: row[8] === 1,
      }));
      const title = (state) =>
        state.clauses.length ? state.clauses.map((c) => scope.clauses[c]).join(', ') : state.kind;
      const pattern = (state) => state.values.map((value, v) => scope.variables[v].patterns[value]).join(', ');
      // `finalized` is a condition, and must not find `not finalized`; other words are found anywhere.
      const conditions = new Set(scope.variables.flatMap((variable) => variable.patterns));
      for (const state of states) {
        state.conditions = new Set(state.values.map((value, v) => scope.variables[v].patterns[value]));
        state.text = `${state.kind} ${title(state)}, ${pattern(state)}`.toLowerCase();
      }
      const meets = (state, word) => conditions.has(word)
        ? state.conditions.has(word) : state.text.includes(word.toLowerCase());
      const find = (part) => document.getElementById(`s${index}-${part}`);

      // MARK: Stepper
      const stepper = find('stepper');
      const select = find('trace'), place = find('place'), moves = find('moves');
      const facts = find('facts'), outcome = find('outcome');
      const buttons = ['first', 'back', 'next', 'last'].map(find);
      let path = [], step = 0, origin = null;

      const groups = [
        ['Unhandled', (s) => s.kind === 'unhandled'], ['In two clauses', (s) => s.kind === 'overlap'],
      ];
      if (data.hasTests) {
        groups.push(['Never seen in tests', (s) => s.tests === 0 && !s.excepted]);
      }
      groups.push(['Every reachable state', () => true]);
      for (const [name, test] of groups) {
        const members = states.filter((s) => s.steps !== null && test(s));
        if (!members.length) continue;
        const group = make('optgroup', { label: `${name} (${number(members.length)})` });
        for (const state of members.slice(0, traceLimit)) {
          group.append(make('option', {
            value: state.id, text: `${title(state)}: ${pattern(state)}`,
          }));
        }
        if (members.length > traceLimit) {
          group.append(make('option', {
            disabled: true, text: `and ${number(members.length - traceLimit)} more, in the table`,
          }));
        }
        select.append(group);
      }

      function pathTo(state) {
        const way = [];
        for (let s = state; s; s = s.parent === null ? null : states[s.parent]) way.unshift(s);
        return way;
      }

      function showStep(next) {
        step = Math.max(0, Math.min(path.length - 1, next));
        const state = path[step], before = step > 0 ? path[step - 1] : null;
        place.textContent = path.length ? `step ${step} of ${path.length - 1}` : 'no trace';
        buttons.forEach((b, i) => { b.disabled = !path.length || (i < 2 ? step === 0 : step === path.length - 1); });
        moves.replaceChildren(...path.map((s, i) => {
          const button = make('button', {
            type: 'button', text: i === 0 ? 'start' : scope.moves[s.move],
            'aria-current': i === step ? 'step' : null, tabindex: i === step ? '0' : '-1',
          });
          button.addEventListener('click', () => { showStep(i); moves.children[i].firstChild.focus(); });
          return make('li', {}, button);
        }));
        facts.replaceChildren(...(state ? state.values.map((value, v) => make('div', {
          class: (before && before.values[v] !== value ? 'changed ' : '')
            + (scope.variables[v].width > 26 ? 'wide' : ''),
        }, make('dt', { class: 'fact', text: scope.variables[v].name }),
        make('dd', { class: 'value', text: scope.variables[v].values[value] }))) : []));
        outcome.className = `outcome ${state ? state.kind : ''}`;
        outcome.replaceChildren();
        if (state) {
          outcome.append(step === 0 ? 'It may start like this. Here: ' : `${scope.moves[state.move]} has happened. Here: `,
            make('b', { text: title(state) === state.kind ? state.kind : `${state.kind} ${title(state)}` }));
          if (data.hasTests) outcome.append(`, ${seen(state.tests)} in tests`);
          if (data.hasProduction) outcome.append(`, ${seen(state.production)} in production`);
        }
      }
      const seen = (n) => n === 0 ? 'never seen' : `seen ${n === 1 ? 'once' : number(n) + ' times'}`;

      function showTrace(state, at) {
        path = state && state.steps !== null ? pathTo(state) : [];
        if (state) select.value = String(state.id);
        showStep(at === undefined ? path.length - 1 : at);
        for (const row of body.children) {
          row.setAttribute('aria-current', state && row.dataset.id === String(state.id) ? 'true' : 'false');
        }
      }
      buttons.forEach((button, i) => button.addEventListener('click', () => {
        showStep([0, step - 1, step + 1, path.length - 1][i]);
        if (button.disabled) buttons[i < 2 ? 2 : 1].focus();
      }));
      select.addEventListener('change', () => showTrace(states[Number(select.value)], 0));
      stepper.addEventListener('keydown', (event) => {
        if (event.target === select || event.altKey || event.ctrlKey || event.metaKey) return;
        if (event.key === 'Escape' && origin) { event.preventDefault(); origin.focus(); return; }
        const target = { ArrowLeft: step - 1, ArrowRight: step + 1, Home: 0, End: path.length - 1 }[event.key];
        if (target === undefined) return;
        event.preventDefault();
        const inMoves = moves.contains(document.activeElement);
        showStep(target);
        if (inMoves && moves.children[step]) moves.children[step].firstChild.focus();
        else if (document.activeElement === document.body || document.activeElement.disabled) stepper.focus();
      });

      // MARK: States
      const body = find('states'), count = find('count'), more = find('more');
      const clause = find('clause'), where = find('where'), search = find('search');
      const chips = [...find('chips').querySelectorAll('button')];
      let shown = pageSize;
      const tests = {
        all: () => true,
        reachable: (s) => s.steps !== null,
        unreachable: (s) => s.steps === null,
        tested: (s) => s.tests !== 0,
        untested: (s) => s.steps !== null && s.tests === 0 && !s.excepted,
        excepted: (s) => s.excepted,
        production: (s) => s.production !== 0,
        untestedProduction: (s) => s.production !== 0 && s.tests === 0,
        unexpected: (s) => s.steps === null && (s.tests !== 0 || s.production !== 0),
      };

      function row(state) {
        const cells = [make('td', {}, state.steps === null
          ? make('b', { text: title(state) }) : make('button', {
            type: 'button', text: title(state), title: 'How to get there',
          }))];
        cells.push(make('td', { class: 'number', 'data-name': 'steps',
          text: state.steps === null ? '\\u2013' : String(state.steps) }));
        for (const [has, name, value] of [
          [data.hasTests, 'tests', state.tests], [data.hasProduction, 'production', state.production],
        ]) {
          if (!has) continue;
          const isMissing = name === 'tests' && value === 0 && state.steps !== null && !state.excepted;
          cells.push(make('td', { class: `number${value === 0 ? isMissing ? ' alarm' : ' zero' : ''}`,
            'data-name': name, text: number(value) }));
        }
        state.values.forEach((value, v) => {
          const variable = scope.variables[v];
          cells.push(make('td', { 'data-name': variable.name,
            class: `value${variable.width > 17 ? ' wide' : ''}${variable.isBool && value === 0 ? ' zero' : ''}`,
            text: variable.values[value] }));
        });
        const element = make('tr', { class: state.kind, 'data-id': state.id }, ...cells);
        const button = cells[0].querySelector('button');
        if (button) button.addEventListener('click', () => stepTo(state, button));
        return element;
      }
      function stepTo(state, from) {
        origin = from;
        showTrace(state, 0);
        stepper.focus({ preventScroll: true });
        stepper.scrollIntoView({ block: 'nearest' });
      }

      function filter() {
        const on = new Set(chips.filter((c) => c.getAttribute('aria-pressed') === 'true').map((c) => c.dataset.kind));
        const words = search.value.split(',').map((word) => word.trim()).filter(Boolean);
        const matching = states.filter((s) => on.has(s.kind)
          && (clause.value === '' || s.clauses.includes(Number(clause.value)))
          && tests[where.value](s) && words.every((word) => meets(s, word)));
        const visible = matching.slice(0, shown);
        body.replaceChildren(...visible.map(row));
        const rest = matching.length - visible.length;
        let text = `${plural(matching.length, 'state')} of ${number(states.length)}`;
        if (rest > 0) text += `, the first ${number(visible.length)} shown`;
        if (scope.remainder !== '0') text += `; ${scope.remainder} further consistent states are not in this page`;
        count.textContent = text;
        more.hidden = rest === 0;
        more.textContent = `Show ${number(Math.min(rest, pageSize))} more`;
      }
      const refilter = () => { shown = pageSize; filter(); };
      chips.forEach((chip) => chip.addEventListener('click', () => {
        chip.setAttribute('aria-pressed', chip.getAttribute('aria-pressed') === 'true' ? 'false' : 'true');
        refilter();
      }));
      clause.addEventListener('change', refilter);
      where.addEventListener('change', refilter);
      search.addEventListener('input', refilter);
      more.addEventListener('click', () => { shown += pageSize; filter(); });
      find('reset').addEventListener('click', () => { reset(); refilter(); });
      function reset() {
        chips.forEach((chip) => chip.setAttribute('aria-pressed', 'true'));
        clause.value = ''; where.value = 'all'; search.value = '';
      }

      // MARK: Rules, and figures that lead to states
      for (const button of document.querySelectorAll(`[data-scope="${index}"]`)) {
        button.addEventListener('click', () => {
          if (button.dataset.state) { stepTo(states[Number(button.dataset.state)], button); return; }
          reset();
          if (button.dataset.clause) clause.value = button.dataset.clause;
          if (button.dataset.where) where.value = button.dataset.where;
          refilter();
          find('filters').scrollIntoView({ block: 'start' });
          clause.focus({ preventScroll: true });
        });
      }

      filter();
      const first = select.querySelector('option');
      showTrace(first ? states[Number(first.value)] : null, 0);
      find('interactive').hidden = false;
    });
    root.dataset.ready = 'true';
  })();
  """
