package store

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/desk"
)

func TestTopicNames(t *testing.T) {
	seen := map[string]bool{}
	for _, topic := range Topics() {
		name := topic.String()
		if back, ok := ParseTopic(name); name == "" || seen[name] || !ok || back != topic {
			t.Errorf("topic %d is called %q, which is read as %d, %t", topic, name, back, ok)
		}
		seen[name] = true
	}
	for _, name := range []string{"", "nothing", "CHANGES"} {
		if topic, ok := ParseTopic(name); ok {
			t.Errorf("%q is read as topic %d", name, topic)
		}
	}
}

// What one process commits wakes those who watch another, by its word.
func TestCommitsAreToldToOthers(t *testing.T) {
	dir := t.TempDir()
	var mu sync.Mutex
	var told []string
	open := func(committed func(Topic)) *Store {
		s, err := Open(t.Context(), Config{Dir: dir, Secret: []byte(strings.Repeat("k", 32)), Now: time.Now, Committed: committed})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		return s
	}
	here := open(func(topic Topic) {
		mu.Lock()
		defer mu.Unlock()
		told = append(told, topic.String())
	})
	if err := here.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	there := open(func(topic Topic) { t.Errorf("%s is told on: notes would go round for ever", topic) })
	d, err := desk.New(desk.Config{Store: here, Now: time.Now, Check: allow{}, Passwords: allow{}})
	if err != nil {
		t.Fatal(err)
	}
	_, olga, err := d.CreateWorkspace(t.Context(), "Bakery", desk.NewMember{Email: "o@example.com", Name: "Olga", Password: "long enough"}, false)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := there.Names(t.Context(), olga.Workspace); err != nil { // are kept from now on
		t.Fatal(err)
	}
	mu.Lock()
	told = nil
	mu.Unlock()
	if _, err := d.AddMember(t.Context(), desk.Operator(olga.Workspace), desk.NewMember{Email: "a@example.com", Name: "Anna", Role: desk.Agent, Password: "long enough"}); err != nil {
		t.Fatal(err)
	}
	mu.Lock()
	defer mu.Unlock()
	if diff := cmp.Diff([]string{"changes", "members"}, told); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
	woken, stop := there.Watch(MembersChanged)
	defer stop()
	asleep, stopAsleep := there.Watch(HooksAppended)
	defer stopAsleep()
	there.CommittedElsewhere(ChangesLogged, MembersChanged)
	select {
	case <-woken:
	default:
		t.Error("who watches members was not woken")
	}
	select {
	case <-asleep:
		t.Error("who watches hooks was woken")
	default:
	}
	names, err := there.Names(t.Context(), olga.Workspace)
	if err != nil || len(names) != 2 {
		t.Errorf("the names at the other process: %v, %v; want both", names, err)
	}
}

type allow struct{}

func (allow) Check(desk.Kind, desk.Outgoing, *desk.Media) error { return nil }
func (allow) Hash(p string) (string, error)                     { return p, nil }
func (allow) Verify(hash, p string) bool                        { return hash == p }
