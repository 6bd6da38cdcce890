package jobs

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/desk"
)

// TestLease_WhatANodeTakes lets node a look at the leases of four connections.
func TestLease_WhatANodeTakes(t *testing.T) {
	const ttl = 9 * time.Second
	others := func(ids ...string) (all []desk.Node) {
		for _, id := range append([]string{"a"}, ids...) {
			all = append(all, desk.Node{ID: id})
		}
		return all
	}
	at := func(name, node string, left time.Duration) desk.Tenure {
		return desk.Tenure{Lease: desk.Lease{Name: name, Token: 1}, Node: node, Left: left}
	}
	const c1, c2, c3, c4 = "connection:1", "connection:2", "connection:3", "connection:4"
	clock := at(desk.ClockLease, "b", ttl)
	for name, test := range map[string]struct {
		held    []desk.ID
		given   []string
		leases  []desk.Tenure
		nodes   []desk.Node
		removed []desk.ID
		ahead   time.Duration // for how long connection 3 ends too late
		owed    []string
		free    []string
		most    int
		next    time.Duration
		surplus int
	}{
		"alone in an empty database": {
			nodes: others(),
			owed:  []string{desk.ClockLease}, free: []string{c1, c2, c3, c4}, most: 4, next: ttl / 6,
		},
		"beside one who took half": {
			leases: []desk.Tenure{clock, at(c1, "b", ttl), at(c2, "b", ttl)}, nodes: others("b"),
			free: []string{c3, c4}, most: 2, next: ttl / 6,
		},
		"with its share already": {
			held: []desk.ID{1, 2}, leases: []desk.Tenure{clock, at(c3, "", 0)}, nodes: others("b"),
			free: []string{c3, c4}, most: 0, next: ttl / 6,
		},
		"with what nobody took": {
			held: []desk.ID{1, 2}, leases: []desk.Tenure{clock, at(c3, "", -ttl/3), at(c4, "b", ttl)}, nodes: others("b"),
			owed: []string{c3}, most: -1, next: ttl / 6,
		},
		"after the death of the other": {
			held: []desk.ID{1, 2}, leases: []desk.Tenure{at(desk.ClockLease, "b", 0), at(c3, "b", -1), at(c4, "b", time.Second)}, nodes: others(),
			owed: []string{desk.ClockLease, c3}, most: 1, next: time.Second + time.Millisecond,
		},
		"after a death that the nodes do not know of": {
			held: []desk.ID{1}, leases: []desk.Tenure{clock, at(c2, "c", ttl), at(c3, "b", 0), at(c4, "b", -1)}, nodes: others("b", "c"),
			owed: []string{c3, c4}, most: -1, next: ttl / 6,
		},
		"after a restart": {
			leases: []desk.Tenure{clock, at(c1, "a", ttl), at(c2, "a", -1), at(c3, "b", ttl), at(c4, "b", ttl)}, nodes: others("b"),
			owed: []string{c1, c2}, most: 0, next: ttl / 6,
		},
		"when another comes": {
			held: []desk.ID{1, 2, 3, 4}, leases: []desk.Tenure{clock}, nodes: others("b"),
			most: -2, next: ttl / 6, surplus: 2,
		},
		"when two others come": {
			held: []desk.ID{1, 2, 3, 4}, leases: []desk.Tenure{clock}, nodes: others("b", "c"),
			most: -2, next: ttl / 6, surplus: 2,
		},
		"when another has two fewer and nobody more than the share": {
			held: []desk.ID{1, 2}, leases: []desk.Tenure{clock, at(c3, "b", ttl), at(c4, "b", ttl)}, nodes: others("b", "c"),
			most: 0, next: ttl / 6, surplus: 1,
		},
		"while nobody has taken what was given": {
			held: []desk.ID{1, 2, 3}, given: []string{c4}, leases: []desk.Tenure{clock, at(c4, "", -1)}, nodes: others("b"),
			most: -1, next: ttl / 6,
		},
		"when another has one less": {
			held: []desk.ID{1, 2}, leases: []desk.Tenure{clock, at(c3, "b", ttl), at(c4, "c", ttl)}, nodes: others("b", "c"),
			most: 0, next: ttl / 6,
		},
		"when those of the other were removed": {
			held: []desk.ID{1, 2}, leases: []desk.Tenure{clock, at(c3, "b", ttl), at(c4, "b", ttl)}, nodes: others("b"), removed: []desk.ID{3, 4},
			most: -1, next: ttl / 6, surplus: 1,
		},
		"when its own were removed": {
			held: []desk.ID{1, 2}, leases: []desk.Tenure{clock, at(c4, "b", ttl)}, nodes: others("b"), removed: []desk.ID{1, 2},
			free: []string{c3}, most: 1, next: ttl / 6,
		},
		"after the clock was set back, what nobody renews": {
			held: []desk.ID{1, 2}, ahead: 3 * time.Second, leases: []desk.Tenure{clock, at(c3, "b", time.Hour), at(c4, "b", ttl)}, nodes: others("b"),
			owed: []string{c3}, most: -1, next: ttl / 6,
		},
		"after the clock was set back, what may still be renewed": {
			held: []desk.ID{1, 2}, ahead: 2 * time.Second, leases: []desk.Tenure{clock, at(c3, "b", time.Hour), at(c4, "b", ttl)}, nodes: others("b"),
			most: 0, next: ttl / 6,
		},
		"after the clock was set back, what was given back before": {
			held: []desk.ID{1}, leases: []desk.Tenure{clock, at(c2, "", time.Second), at(c3, "b", ttl), at(c4, "b", ttl)}, nodes: others("b"),
			free: []string{c2}, most: 1, next: ttl / 6,
		},
		"with a removed one that nobody has": {
			held: []desk.ID{1, 2}, given: []string{c4}, leases: []desk.Tenure{clock, at(c3, "b", ttl)}, nodes: others("b"), removed: []desk.ID{4},
			owed: []string{c4}, most: 0, next: ttl / 6,
		},
	} {
		t.Run(name, func(t *testing.T) {
			k := newKeeper(&Runner{}, Sharing{Node: desk.Node{ID: "a"}, TTL: ttl})
			book := addressBook{connections: map[desk.ID]desk.Connection{1: {}, 2: {}, 3: {}, 4: {}}, gone: map[desk.ID]desk.Connection{}}
			for _, id := range test.removed {
				delete(book.connections, id)
				book.gone[id] = desk.Connection{}
			}
			for _, id := range test.held {
				k.holds[desk.ConnectionLease(id)] = &hold{connection: id, over: func() {}}
			}
			for _, name := range test.given {
				k.given[name] = true
			}
			if test.ahead > 0 {
				k.ahead[c3] = time.Now().Add(-test.ahead)
			}
			got := k.look(book, test.leases, test.nodes)
			want := outlook{test.owed, test.free, test.most, test.next}
			if diff := cmp.Diff(want, got, cmp.AllowUnexported(outlook{})); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			surplus := 0
			for _, h := range k.holds {
				if h.surplus {
					surplus++
				}
			}
			if surplus != test.surplus {
				t.Errorf("%d leases are to be given away, want %d", surplus, test.surplus)
			}
		})
	}
}

func TestLeasesAreNamedAsOperatorsKnowThem(t *testing.T) {
	k := newKeeper(&Runner{}, Sharing{Leases: counted{}})
	k.wanted = map[string]desk.ID{desk.ClockLease: 0, "connection:1": 1, "connection:2": 2}
	if got := k.named("connection:1"); got != "connection:1" {
		t.Errorf("before anything was read: %q", got)
	}
	k.shelf.last.Store(&addressBook{connections: map[desk.ID]desk.Connection{1: {Name: "Shop"}}, gone: map[desk.ID]desk.Connection{2: {Name: "Old shop"}}})
	for lease, want := range map[string]string{"connection:1": "Shop", "connection:2": "Old shop", desk.ClockLease: desk.ClockLease} {
		if got := k.named(lease); got != want {
			t.Errorf("%s is called %q, want %q", lease, got, want)
		}
	}
}
