package store

import (
	"cmp"
	"slices"

	"parley/desk"
)

// pending is what the items of a transaction touch together. It is written once
// at the end, in the order of the locks: counters, then workspaces. So two
// transactions of PostgreSQL never wait for each other in a circle there, and a
// batch pays once for what its items would each have paid for.
type pending struct {
	hooks    []desk.Hook // to append
	counts   []count
	words    []words
	contacts []desk.ID // whose words changed
	numbers  []numbered
	changes  []desk.Change
}

// count is a difference to a counter.
type count struct {
	workspace desk.ID
	counter   desk.Counter
	n         int64
}

// words are what a message is found by; "" takes it out of the index. fresh
// says that it is not there yet.
type words struct {
	message desk.ID
	text    string
	fresh   bool
}

// numbered is a conversation that waits for its number.
type numbered struct{ workspace, conversation desk.ID }

// mark remembers how much there is, for truncate to return to.
func (p *pending) mark() [6]int {
	return [6]int{len(p.hooks), len(p.counts), len(p.words), len(p.contacts), len(p.numbers), len(p.changes)}
}

func (p *pending) truncate(m [6]int) {
	p.hooks, p.counts, p.words, p.contacts, p.numbers, p.changes = p.hooks[:m[0]], p.counts[:m[1]], p.words[:m[2]], p.contacts[:m[3]], p.numbers[:m[4]], p.changes[:m[5]]
}

func (p *pending) write(t *tx) error {
	if err := p.writeHooks(t); err != nil {
		return err
	}
	if err := p.writeWords(t); err != nil {
		return err
	}
	if err := p.writeCounts(t); err != nil {
		return err
	}
	return p.writeWorkspaces(t)
}

func (p *pending) writeWords(t *tx) error {
	place := map[desk.ID]int{}
	var last []words // per message
	for _, w := range p.words {
		if i, ok := place[w.message]; ok {
			last[i].text = w.text
			continue
		}
		place[w.message] = len(last)
		last = append(last, w)
	}
	var all []statement
	for _, w := range last {
		all = append(all, t.indexMessage(w)...)
	}
	if err := t.runAll(all); err != nil {
		return err
	}
	slices.Sort(p.contacts)
	for _, id := range slices.Compact(p.contacts) {
		if err := t.indexContact(id); err != nil {
			return err
		}
	}
	return nil
}

func (p *pending) writeCounts(t *tx) error {
	type key struct {
		workspace desk.ID
		counter   desk.Counter
	}
	sums := map[key]int64{}
	for _, c := range p.counts {
		sums[key{c.workspace, c.counter}] += c.n
	}
	var all []count
	for k, n := range sums {
		if n != 0 {
			all = append(all, count{k.workspace, k.counter, n})
		}
	}
	slices.SortFunc(all, func(a, b count) int {
		return cmp.Or(cmp.Compare(a.workspace, b.workspace), cmp.Compare(a.counter.Member, b.counter.Member),
			cmp.Compare(a.counter.Channel, b.counter.Channel), cmp.Compare(a.counter.Kind, b.counter.Kind))
	})
	sorted := make([]statement, len(all))
	for i, c := range all {
		sorted[i] = addCount(c)
	}
	return t.runAll(sorted)
}

// writeWorkspaces takes change numbers and conversation numbers from the
// workspaces' rows. Their locks are held until the commit, so change numbers
// follow the order of commits.
func (p *pending) writeWorkspaces(t *tx) error {
	changes, numbers := map[desk.ID][]desk.Change{}, map[desk.ID][]desk.ID{}
	var workspaces []desk.ID
	for _, c := range distinct(p.changes) {
		workspaces = append(workspaces, c.Workspace)
		changes[c.Workspace] = append(changes[c.Workspace], c)
	}
	for _, n := range p.numbers {
		workspaces = append(workspaces, n.workspace)
		numbers[n.workspace] = append(numbers[n.workspace], n.conversation)
	}
	slices.Sort(workspaces)
	for _, id := range slices.Compact(workspaces) {
		if err := t.logChanges(id, changes[id], numbers[id]); err != nil {
			return err
		}
	}
	if len(p.changes) > 0 {
		t.topics.add(ChangesLogged)
	}
	return nil
}

// distinct leaves one entry per thing that changed: readers load the present
// values, so one is enough.
func distinct(all []desk.Change) []desk.Change {
	type key struct {
		workspace, subject desk.ID
		kind               desk.ChangeKind
	}
	seen := map[key]bool{}
	var some []desk.Change
	for _, c := range all {
		k := key{c.Workspace, c.Subject, c.Kind}
		if !seen[k] {
			seen[k] = true
			some = append(some, c)
		}
	}
	return some
}
