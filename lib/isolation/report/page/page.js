'use strict';
// The page of an isolation report: no framework, no network, and no HTML made of names.

const report = JSON.parse(document.getElementById('data').textContent);
const STATE = Object.fromEntries(Object.entries(report.cells).map(([state, sign]) => [sign, state]));
const RANK = { itself: 0, closed: 1, 'half-open': 2, open: 3 };
const WORDS = { closed: 'closed', 'half-open': 'half open', open: 'open', itself: 'the team itself' };
/** Rows that one page can show at once. */
const MOST_ROWS = 150;
/** Findings that one side of a cell shows, and the list of all. */
const MOST_IN_CELL = 2;
const MOST_LISTED = 100;

const byId = id => document.getElementById(id);
const many = (count, one, several) => `${count.toLocaleString('en')} ${count === 1 ? one : several}`;
const compare = (one, other) => one.localeCompare(other, 'en', { numeric: true });

/** An element with text or children; `on` are its attributes. */
function make(tag, on = {}, ...children) {
  const element = document.createElement(tag);
  Object.entries(on).forEach(([name, value]) => value !== undefined && element.setAttribute(name, value));
  element.append(...children.filter(child => child !== undefined));
  return element;
}

function makeSvg(tag, on = {}, ...children) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  Object.entries(on).forEach(([name, value]) => element.setAttribute(name, value));
  element.append(...children);
  return element;
}

/** Every namespace with its cluster and its place there. */
const namespaces = report.clusters.flatMap(cluster =>
  cluster.namespaces.map((namespace, index) => ({ ...namespace, cluster, index })),
);
const environments = [...new Set(namespaces.map(one => one.environment).filter(Boolean))];
const findings = report.clusters.flatMap(cluster => cluster.findings.map(finding => ({ ...finding, cluster })));
const teams = [...new Set(namespaces.map(one => one.team))].sort(compare);
const namespacesOf = new Map(teams.map(team => [team, namespaces.filter(one => one.team === team)]));
const hasEnvironments = environments.length > 0;

const isIn = (namespace, environment) => environment === '' || namespace.environment === environment;
const stateOf = (from, to) => STATE[from.cluster.matrix[from.index][to.index]];
const reaches = ({ reaches: { only, allBut } }, name) => (only ? only.includes(name) : !allBut.includes(name));

/** The pairs of namespaces that a cell stands for. */
function pairsOf(team, other, environment) {
  return namespacesOf.get(team).flatMap(from =>
    namespacesOf
      .get(other)
      .filter(to => to !== from && (isIn(from, environment) || isIn(to, environment)))
      .map(to => ({ from, to, state: from.cluster === to.cluster ? stateOf(from, to) : 'closed' })),
  );
}

/** The worst state among the pairs of a cell; asked of every cell, so it makes no list. */
function stateOfTeams(team, other, environment) {
  let worst = 'itself';
  for (const from of namespacesOf.get(team)) {
    for (const to of namespacesOf.get(other)) {
      if (to !== from && (isIn(from, environment) || isIn(to, environment))) {
        const state = from.cluster === to.cluster ? stateOf(from, to) : 'closed';
        worst = RANK[state] > RANK[worst] ? state : worst;
      }
    }
  }
  return team === other && worst === 'closed' ? 'itself' : worst;
}

/** What opens one side of a path: findings of that namespace, towards the other end. */
function opening(namespace, direction, other) {
  return findings.filter(
    finding =>
      finding.cluster === namespace.cluster &&
      (finding.namespace === undefined || finding.namespace === namespace.name) &&
      (finding.direction === undefined || finding.direction === direction) &&
      reaches(finding, other.name),
  );
}

function showVerdict() {
  const { isolated, counts } = report;
  const shield = 'M28 3 6 11v16c0 13 9 22 22 26 13-4 22-13 22-26V11Z';
  const sign = isolated ? 'm18 28 8 8 14-15' : 'M19 19l18 18M37 19 19 37';
  const paths = [
    makeSvg('path', { d: shield, fill: 'none', stroke: 'currentColor', 'stroke-width': 3, 'stroke-linejoin': 'round' }),
    makeSvg('path', { d: sign, fill: 'none', stroke: 'currentColor', 'stroke-width': 4, 'stroke-linecap': 'round' }),
  ];
  const title = isolated ? 'No team reaches another' : 'Teams are not isolated from each other';
  const text = isolated
    ? `Proven for ${many(counts.namespaces, 'namespace', 'namespaces')}: no pod of one reaches a pod of another, whatever labels it has.`
    : `${many(counts.findings, 'mistake opens', 'mistakes open')} ${many(counts.open, 'path', 'paths')}, and ${counts.halfOpen} more by half. Nothing here may be deployed as it is.`;
  byId('verdict').className = isolated ? 'yes' : 'no';
  byId('verdict').append(
    makeSvg('svg', { viewBox: '0 0 56 56', 'aria-hidden': 'true' }, ...paths),
    make('div', {}, make('h1', {}, title), make('p', {}, text)),
  );
  const figures = [
    ['Teams', teams.length],
    ...(hasEnvironments ? [['Environments', environments.length]] : []),
    ['Namespaces', counts.namespaces],
    ['Workloads', counts.workloads],
    ['Open paths', counts.open, counts.open > 0 ? 'open' : undefined],
    ['Half open', counts.halfOpen, counts.halfOpen > 0 ? 'half-open' : undefined],
  ];
  byId('figures').append(
    ...figures.map(([name, count, kind]) =>
      make('div', { class: kind }, make('dt', {}, name), make('dd', {}, count.toLocaleString('en'))),
    ),
  );
}

const filter = { environment: '', teams: '', onlyOpen: false };
let rows = [];
let cells = [];
let focused = [0, 0];
/** Row and column of each cell. */
const places = new WeakMap();
let chosen;

/** The teams that the filter leaves; those with something open come first if there are too many. */
function filteredTeams() {
  const words = filter.teams
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean);
  let left = teams.filter(
    team =>
      namespacesOf.get(team).some(one => isIn(one, filter.environment)) &&
      (words.length === 0 || words.some(word => team.toLowerCase().includes(word))),
  );
  if (filter.onlyOpen || left.length > MOST_ROWS) {
    const open = new Set();
    left.forEach(team =>
      left.forEach(other => {
        if (RANK[stateOfTeams(team, other, filter.environment)] > 1) {
          open.add(team).add(other);
        }
      }),
    );
    left = filter.onlyOpen ? left.filter(team => open.has(team)) : [...left].sort((a, b) => open.has(b) - open.has(a));
  }
  return left;
}

function showMatrix() {
  const left = filteredTeams();
  rows = left.slice(0, MOST_ROWS).sort(compare);
  cells = [];
  const place = byId('matrix');
  place.replaceChildren();
  if (rows.length === 0) {
    const why = filter.onlyOpen ? 'Nothing is open between these teams.' : 'No team has such a name here.';
    place.append(make('p', { class: 'empty' }, why));
    return;
  }
  const size = rows.length <= 12 ? 40 : rows.length <= 40 ? 24 : 15;
  const print = Math.max(3, Math.min(size, Math.floor(590 / rows.length - 1)));
  const table = make('table', { role: 'grid', 'aria-labelledby': 'matrix-title', 'aria-readonly': 'true' });
  const longest = Math.min(24, Math.max(14, ...rows.map(team => team.length)));
  table.style.setProperty('--names', `${longest + 1}ch`);
  table.style.setProperty('--size', `${size}px`);
  table.style.setProperty('--print-size', `${print}px`);
  table.style.setProperty('--print-font', `${Math.min(11, print + 1)}px`);
  table.style.fontSize = size === 15 ? '11px' : '';
  const corner = make('th', { class: 'corner', scope: 'col' }, 'is called →\ncalls ↓');
  const head = rows.map(team => make('th', { scope: 'col', title: team }, make('span', {}, team)));
  table.append(make('thead', {}, make('tr', { role: 'row' }, corner, ...head)));
  const body = make('tbody');
  const blank = make('td', { role: 'gridcell', tabindex: -1 });
  rows.forEach((team, y) => {
    const line = make('tr', { role: 'row' }, make('th', { scope: 'row', title: team }, team));
    const made = rows.map((other, x) => {
      const state = stateOfTeams(team, other, filter.environment);
      const cell = blank.cloneNode();
      cell.className = `mark ${state}`;
      cell.ariaLabel = team === other ? `${team}: ${WORDS[state]}` : `${team} to ${other}: ${WORDS[state]}`;
      places.set(cell, [y, x]);
      return cell;
    });
    line.append(...made);
    cells.push(made);
    body.append(line);
  });
  table.append(body);
  place.append(table);
  if (left.length > rows.length) {
    place.append(
      make(
        'p',
        { class: 'note' },
        `${left.length - rows.length} more teams: filter by name or environment to see them.`,
      ),
    );
  }
  focused = [0, 0];
  cells[0][0].tabIndex = 0;
  choose(chosen && rows.includes(chosen[0]) && rows.includes(chosen[1]) ? chosen : worstPair(), false);
}

/** The first open cell, or else the first half-open one. */
function worstPair() {
  for (const state of ['open', 'half-open']) {
    for (const [y, line] of cells.entries()) {
      const x = line.findIndex(cell => cell.classList.contains(state));
      if (x !== -1) {
        return [rows[y], rows[x]];
      }
    }
  }
  return undefined;
}

function focusCell(y, x) {
  const [row, column] = [Math.max(0, Math.min(y, rows.length - 1)), Math.max(0, Math.min(x, rows.length - 1))];
  cells[focused[0]][focused[1]].tabIndex = -1;
  focused = [row, column];
  cells[row][column].tabIndex = 0;
  cells[row][column].focus();
}

function choose(pair, byHand = true) {
  document.querySelectorAll('#matrix [aria-selected]').forEach(cell => cell.removeAttribute('aria-selected'));
  chosen = pair;
  const panel = byId('cell');
  if (pair === undefined) {
    panel.replaceChildren(make('p', { class: 'empty' }, 'Choose a cell to see what closes or opens it.'));
    return;
  }
  const [y, x] = pair.map(team => rows.indexOf(team));
  cells[y][x].setAttribute('aria-selected', 'true');
  panel.replaceChildren(...explanation(...pair));
  if (byHand) {
    showGraph(callerOf(pair));
  }
}

/** The pairs of a cell, the worst ones first. */
const worstFirst = (team, other) =>
  pairsOf(team, other, filter.environment).sort((one, two) => RANK[two.state] - RANK[one.state]);

/** The namespace whose graph says most about a cell. */
const callerOf = ([team, other]) =>
  worstFirst(team, other)[0]?.from ?? namespacesOf.get(team).find(one => isIn(one, filter.environment));

function explanation(team, other) {
  const state = stateOfTeams(team, other, filter.environment);
  const pairs = worstFirst(team, other);
  const title = team === other ? team : `${team} → ${other}`;
  const badge = make('span', { class: `badge ${state}` }, WORDS[state]);
  if (pairs.length === 0) {
    return [
      make('h3', {}, title),
      badge,
      make('p', {}, 'What pods of one team may do among themselves is up to the team. The graph below has it.'),
    ];
  }
  return [make('h3', {}, title), badge, ...pairs.flatMap(pairText)];
}

function pairText({ from, to, state }) {
  if (from.cluster !== to.cluster) {
    return [make('h4', {}, `${from.name} → ${to.name}`), make('p', {}, 'They are in different clusters.')];
  }
  const sides = [
    [from, 'Egress', to, `lets no pod out to ${to.name}`],
    [to, 'Ingress', from, `lets no pod in from ${from.name}`],
  ];
  return [
    make('h4', {}, `${from.name} → ${to.name}: ${WORDS[state]}`),
    ...sides.flatMap(([namespace, direction, other, closed]) => {
      const open = opening(namespace, direction, other);
      const policy = namespace.closedBy[direction][0];
      return open.length > 0
        ? shortList(open, MOST_IN_CELL, finding => findingBox(finding, state))
        : [
            make(
              'p',
              {},
              make('b', {}, namespace.name),
              ` ${closed}: `,
              make('code', {}, policy ?? 'its policies'),
              ' isolates every pod, and no rule names the other.',
            ),
          ];
    }),
  ];
}

function findingBox(finding, state = 'half-open') {
  const { where, problem, remedy, edit } = finding;
  return make(
    'div',
    { class: `finding ${state}` },
    make('p', { class: 'where mono' }, where),
    make('p', {}, problem),
    make('p', {}, make('b', {}, 'To close it: '), remedy),
    edit &&
      make(
        'details',
        {},
        make('summary', {}, edit.kind === 'patch' ? 'As a JSON patch' : 'As a policy to add'),
        make('pre', {}, JSON.stringify(edit.kind === 'patch' ? edit.operations : edit.object, undefined, 2)),
      ),
  );
}

/** The first few, and how many there are besides. */
function shortList(all, most, show) {
  const more = all.length - most;
  return [
    ...all.slice(0, most).map(show),
    ...(more > 0 ? [make('p', { class: 'note' }, `${more} more, all of them in isolation.json.`)] : []),
  ];
}

function showFindings() {
  const shown = findings.filter(
    ({ namespace }) =>
      namespace === undefined || namespaces.some(one => one.name === namespace && isIn(one, filter.environment)),
  );
  byId('findings').replaceChildren(
    ...(shown.length === 0
      ? [
          make(
            'p',
            { class: 'empty' },
            'Nothing. Each namespace is closed in both directions, so that one mistake alone would not open a path.',
          ),
        ]
      : shortList(shown, MOST_LISTED, finding => findingBox(finding, isOpen(finding) ? 'open' : 'half-open'))),
  );
}

/** Whether a mistake is one side of a path that is open. */
function isOpen({ namespace, direction, cluster }) {
  const at = cluster.namespaces.findIndex(({ name }) => name === namespace);
  const out = direction !== 'Ingress' && (cluster.matrix[at] ?? '').includes(report.cells.open);
  return out || (direction !== 'Egress' && cluster.matrix.some(line => line[at] === report.cells.open));
}

const nameOf = end => String(end).replace(/ \(.*$/, '');

/** Whether a path leads to another team, or to anybody. */
function isForeign(namespace, end) {
  return (
    end === 'everyone' ||
    namespace.cluster.namespaces.some(({ name }) => name === nameOf(end) && name !== namespace.name)
  );
}

const isOutside = end => typeof end === 'string' && end !== '*';

function showGraph(namespace) {
  const place = byId('graph');
  const list = byId('paths');
  list.querySelector('table')?.remove();
  if (namespace === undefined) {
    place.replaceChildren(make('p', { class: 'empty' }, 'No namespace is left by the filter.'));
    list.hidden = true;
    return;
  }
  byId('namespace').value = String(
    namespaces.findIndex(one => one.name === namespace.name && one.cluster === namespace.cluster),
  );
  const { workloads, paths } = namespace;
  place.replaceChildren(
    workloads.length + paths.length === 0
      ? make('p', { class: 'empty' }, 'Nothing is declared there that runs, and no path is open.')
      : drawn(namespace),
  );
  const text = end => (end === '*' ? 'every pod' : typeof end === 'number' ? workloads[end].name : end);
  list.hidden = paths.length === 0;
  list.append(
    make(
      'table',
      { class: 'list' },
      make('thead', {}, make('tr', {}, ...['From', 'To', 'Ports'].map(name => make('th', { scope: 'col' }, name)))),
      make(
        'tbody',
        {},
        ...paths.map(({ from, to, ports }) =>
          make('tr', {}, ...[text(from), text(to), ports].map(one => make('td', {}, one))),
        ),
      ),
    ),
  );
}

const BOX = { width: 190, height: 40, gap: 16, column: 92, frame: 30 };

/** Who calls on the left, then the workloads by how far they are from those whom nobody here calls, then who is called. */
function drawn(namespace) {
  const { workloads, paths } = namespace;
  const inner = paths.filter(({ from, to }) => typeof from === 'number' && typeof to === 'number');
  const depth = workloads.map(() => 0);
  // As many rounds as there are workloads, should they call each other in a circle.
  for (let round = 0, changed = true; changed && round < workloads.length && round < 4; round++) {
    changed = false;
    for (const { from, to } of inner) {
      const back = inner.some(other => other.from === to && other.to === from);
      if (!back && depth[to] <= depth[from]) {
        depth[to] = depth[from] + 1;
        changed = true;
      }
    }
  }
  const used = [...new Set(depth)].sort((one, other) => one - other);
  const callers = [...new Set(paths.filter(({ from }) => isOutside(from)).map(({ from }) => from))];
  const called = [...new Set(paths.filter(({ to }) => isOutside(to)).map(({ to }) => to))];
  const columns = used.map(level => workloads.map((_, index) => index).filter(index => depth[index] === level));
  const tallest = Math.max(1, ...columns.map(one => one.length), callers.length, called.length);
  const step = BOX.height + BOX.gap;
  const height = tallest * step + 2 * BOX.frame + 24;
  const across = BOX.width + BOX.column;
  const left = callers.length > 0 ? across : 20;
  const inside = Math.max(1, columns.length) * across - BOX.column;
  const frame = { x: left - 18, y: 12, width: inside + 36, height: height - 24 };
  const right = left + inside + BOX.column;
  const width = (called.length > 0 ? right + BOX.width : left + inside) + 24;
  const spots = new Map();
  const stack = (ends, x, key) =>
    ends.forEach((end, index) =>
      spots.set(key(end), { x, y: (height - ends.length * step) / 2 + BOX.gap / 2 + 8 + index * step }),
    );
  stack(callers, 2, end => `<${end}`);
  columns.forEach((column, index) => stack(column, left + index * across, end => `${end}`));
  stack(called, right, end => `>${end}`);
  const svg = makeSvg('svg', {
    width,
    height,
    viewBox: `0 0 ${width} ${height}`,
    role: 'img',
    'aria-label': `Paths of ${namespace.name}; the list below says the same`,
  });
  const arrow = makeSvg('path', { d: 'M0 0 8 4 0 8Z', class: 'tip' });
  svg.append(
    makeSvg(
      'defs',
      {},
      makeSvg(
        'marker',
        { id: 'arrow', viewBox: '0 0 8 8', refX: 8, refY: 4, markerWidth: 7, markerHeight: 7, orient: 'auto' },
        arrow,
      ),
    ),
    makeSvg('rect', { class: 'frame', ...frame, rx: 12 }),
    makeSvg('text', { class: 'small', x: frame.x + 12, y: frame.y + 18 }, `${namespace.name}: every pod`),
    ...paths.map(path => edge(namespace, path, spots, frame)),
    ...callers.map(end =>
      box(
        spots.get(`<${end}`),
        nameOf(end),
        portsOf(paths, 'from', end),
        isForeign(namespace, end) ? 'foreign' : 'elsewhere',
      ),
    ),
    ...workloads.map((workload, index) =>
      box(spots.get(`${index}`), workload.name.split('/')[1], workload.name.split('/')[0], 'node'),
    ),
    ...called.map(end =>
      box(
        spots.get(`>${end}`),
        nameOf(end),
        portsOf(paths, 'to', end),
        isForeign(namespace, end) ? 'foreign' : 'elsewhere',
      ),
    ),
  );
  return svg;
}

const portsOf = (paths, side, end) =>
  [...new Set(paths.filter(path => path[side] === end).map(({ ports }) => ports))].join(', ');

function box({ x, y }, name, small, kind) {
  const cut = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);
  return makeSvg(
    'g',
    {},
    makeSvg('title', {}, `${name} ${small}`),
    makeSvg('rect', { class: kind, x, y, width: BOX.width, height: BOX.height, rx: 7 }),
    makeSvg('text', { x: x + 12, y: y + 17 }, cut(name, 24)),
    makeSvg('text', { class: 'small', x: x + 12, y: y + 32 }, cut(small, 32)),
  );
}

/** A line from box to box; what is true of every pod begins or ends at the frame around them. */
function edge(namespace, { from, to, ports }, spots, frame) {
  const middle = BOX.height / 2;
  const [caller, target] = [
    spots.get(isOutside(from) ? `<${from}` : `${from}`),
    spots.get(isOutside(to) ? `>${to}` : `${to}`),
  ];
  const start = caller ? [caller.x + BOX.width, caller.y + middle] : [frame.x + frame.width, target.y + middle];
  const end = target ? [target.x, target.y + middle] : [frame.x, caller ? caller.y + middle : start[1]];
  const bend = Math.max(36, Math.abs(end[0] - start[0]) / 2);
  const bad = (isOutside(from) && isForeign(namespace, from)) || (isOutside(to) && isForeign(namespace, to));
  return makeSvg(
    'path',
    {
      class: bad ? 'edge bad' : 'edge',
      d: `M${start} C${start[0] + bend},${start[1]} ${end[0] - bend},${end[1]} ${end[0] - 1},${end[1]}`,
      'marker-end': 'url(#arrow)',
    },
    makeSvg('title', {}, ports),
  );
}

function showAssumptions() {
  const all = report.clusters.flatMap(({ assumptions, name }) => assumptions.map(one => ({ ...one, cluster: name })));
  const duty = {
    namespaces: 'Whoever runs there tells teams apart itself.',
    nodes: 'What runs on the nodes tells teams apart itself.',
    hosts: 'No pod of another team has such an address.',
  };
  const rowsOf = all.map(({ kind, peer, direction, namespaces: of, ports, cluster }) => {
    const whom =
      kind === 'namespaces'
        ? peer || 'namespaces that no team owns'
        : `${kind === 'nodes' ? 'Nodes' : 'Hosts'} ${peer}`;
    const names = make(
      'details',
      {},
      make('summary', {}, many(of.length, 'namespace', 'namespaces')),
      make('p', {}, of.join(', ')),
    );
    return make(
      'tr',
      {},
      make('td', {}, make('b', {}, whom), cluster ? ` in ${cluster}` : ''),
      make('td', {}, direction === 'Egress' ? 'is called by' : 'calls'),
      make('td', {}, of.length === 1 ? of[0] : names),
      make('td', {}, ports.join(', ')),
      make('td', {}, duty[kind]),
    );
  });
  byId('assumptions').append(
    rowsOf.length === 0
      ? make('p', { class: 'empty' }, 'No team reaches anybody else, and nobody else reaches a team.')
      : make(
          'table',
          { class: 'list' },
          make(
            'thead',
            {},
            make(
              'tr',
              {},
              ...['Who', '', 'Pods of', 'On', 'What must hold'].map(text => make('th', { scope: 'col' }, text)),
            ),
          ),
          make('tbody', {}, ...rowsOf),
        ),
  );
  byId('premises').append(...report.premises.map(text => make('li', {}, text)));
}

function fillSelects() {
  const environment = byId('environment');
  environment.append(
    make('option', { value: '' }, 'all'),
    ...environments.map(name => make('option', { value: name }, name)),
  );
  environment.closest('label').hidden = !hasEnvironments;
  fillNamespaces();
}

function fillNamespaces() {
  const select = byId('namespace');
  select.replaceChildren(
    ...namespaces
      .map((one, index) => ({ one, index }))
      .filter(({ one }) => isIn(one, filter.environment))
      .sort((a, b) => compare(a.one.name, b.one.name))
      .map(({ one, index }) => make('option', { value: index }, one.name)),
  );
}

function refresh() {
  showMatrix();
  showFindings();
  fillNamespaces();
  showGraph(chosen ? callerOf(chosen) : namespaces[Number(byId('namespace').value)]);
}

function listen() {
  byId('environment').addEventListener('change', ({ target }) => {
    filter.environment = target.value;
    refresh();
  });
  byId('teams').addEventListener('input', ({ target }) => {
    filter.teams = target.value;
    showMatrix();
  });
  byId('only-open').addEventListener('change', ({ target }) => {
    filter.onlyOpen = target.checked;
    showMatrix();
  });
  byId('namespace').addEventListener('change', ({ target }) => showGraph(namespaces[Number(target.value)]));
  document.querySelectorAll('form').forEach(form => form.addEventListener('submit', event => event.preventDefault()));
  byId('matrix').addEventListener('click', ({ target }) => {
    const cell = target.closest('td');
    if (cell) {
      const [y, x] = places.get(cell);
      focusCell(y, x);
      choose([rows[y], rows[x]]);
    }
  });
  byId('matrix').addEventListener('keydown', event => {
    if (!event.target.closest('td')) {
      return;
    }
    const [y, x] = focused;
    const last = rows.length - 1;
    const moves = {
      ArrowUp: [y - 1, x],
      ArrowDown: [y + 1, x],
      ArrowLeft: [y, x - 1],
      ArrowRight: [y, x + 1],
      Home: [event.ctrlKey ? 0 : y, 0],
      End: [event.ctrlKey ? last : y, last],
      PageUp: [y - 10, x],
      PageDown: [y + 10, x],
    };
    if (moves[event.key]) {
      focusCell(...moves[event.key]);
    } else if (event.key === 'Enter' || event.key === ' ') {
      choose([rows[y], rows[x]]);
    } else {
      return;
    }
    event.preventDefault();
  });
}

showVerdict();
fillSelects();
showAssumptions();
listen();
refresh();
const made = new Date(document.lastModified);
byId('made').textContent = Number.isNaN(made.getTime())
  ? ''
  : `This file is of ${made.toISOString().slice(0, 16).replace('T', ' ')} UTC.`;
document.documentElement.dataset.ready = 'yes';
