package httpapi

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/desk"
	"parley/store/storetest"
)

func keyed(key string) http.Header {
	return http.Header{"Idempotency-Key": {key}, "Content-Type": {"application/json"}}
}

func TestIdempotencyKeyOfMessages(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	in := b.receive(b.Channels[0], "+421905000001", "hello")
	for _, kind := range []string{"messages", "notes"} {
		body := `{"type":"text","text":"one"}`
		if kind == "notes" {
			body = `{"text":"one"}`
		}
		r := request{method: "POST", path: "/api/v1/conversations/" + in.Conversation.String() + "/" + kind, token: b.token(b.Owner), body: body, header: keyed("k-" + kind)}
		var first, second Message
		b.do(r).want(201).into(&first)
		b.do(r).want(201).into(&second)
		if first.ID != second.ID || first.ClientID == nil || *first.ClientID != "k-"+kind {
			t.Errorf("%s: ids are %s and %s with client_id %v, want one message under the key", kind, first.ID, second.ID, first.ClientID)
		}
		r.body = strings.Replace(body, "one", "two", 1)
		b.do(r).problem(409, "client_id_reused")
		r.body = strings.Replace(r.body, "{", `{"client_id":"own-`+kind+`",`, 1)
		var third Message
		b.do(r).want(201).into(&third)
		if third.ID == first.ID {
			t.Errorf("%s: a client_id of its own did not win over the key", kind)
		}
	}
}

func TestIdempotencyKey(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ana := b.member("ana", desk.Admin)
	r := request{method: "POST", path: "/api/v1/tokens", token: b.token(ana), body: `{"name":"ci"}`, header: keyed("k1")}
	var first, second, other NewToken
	b.do(r).want(201).into(&first)
	again := b.do(r).want(201)
	again.into(&second)
	if first.ID != second.ID || first.Value != second.Value || again.Header().Get("Content-Type") != "application/json" {
		t.Errorf("the second answer is %+v, want the first %+v", second, first)
	}
	changed := r
	changed.body = `{"name":"other"}`
	b.do(changed).problem(409, codeKeyReused)

	somebody := r
	somebody.token = b.token(b.Owner)
	b.do(somebody).want(201).into(&other)
	if other.ID == first.ID {
		t.Error("another member got the answer of the first")
	}
	team := request{method: "POST", path: "/api/v1/teams", token: r.token, body: `{"name":"ci"}`, header: keyed("k1")}
	b.do(team).want(201)

	b.Clock.Add(24 * time.Hour)
	b.do(r).want(201).into(&second)
	if second.ID == first.ID {
		t.Error("the answer is kept for more than 24 hours")
	}
	r.header = keyed(strings.Repeat("k", maxKey+1))
	b.do(r).problem(422, "invalid")
}

func TestIdempotencyKeepsRefusals(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	r := request{method: "POST", path: "/api/v1/teams", token: b.token(b.Owner), body: `{"name":" "}`, header: keyed("k1")}
	first := b.do(r).problem(422, "invalid")
	if second := b.do(r).problem(422, "invalid"); second.Detail != first.Detail {
		t.Errorf("the second refusal is %+v, want %+v", second, first)
	}
}

// again is another process on the same database.
func (b *bench) again() {
	b.TB.Helper()
	d, err := desk.New(desk.Config{Store: b.Store, Now: b.Clock.Now, Check: anything{}, Passwords: plainPasswords{}})
	if err != nil {
		b.TB.Fatal(err)
	}
	c := b.api.cfg
	c.Desk = d
	if b.api, err = New(c); err != nil {
		b.TB.Fatal(err)
	}
}

func (b *bench) teams() int {
	b.TB.Helper()
	all, err := b.Store.Teams(context.Background(), b.Workspace.ID)
	if err != nil {
		b.TB.Fatal(err)
	}
	return len(all)
}

func TestIdempotencyOutlivesTheProcess(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	token := b.token(b.Owner)
	team := request{method: "POST", path: "/api/v1/teams", token: token, body: `{"name":"night"}`, header: keyed("k1")}
	refused := request{method: "POST", path: "/api/v1/teams", token: token, body: `{"name":" "}`, header: keyed("k2")}
	gone := request{method: "DELETE", path: "/api/v1/tokens/" + newToken(b, token), token: token, header: keyed("k3")}
	before := [3]string{b.do(team).want(201).Body.String(), b.do(refused).want(422).Body.String(), b.do(gone).want(204).Body.String()}
	b.again()
	after := [3]string{b.do(team).want(201).Body.String(), b.do(refused).want(422).Body.String(), b.do(gone).want(204).Body.String()}
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("answers of another process (-first +again):\n%s", diff)
	}
	if n := b.teams(); n != 1 {
		t.Errorf("%d teams were made, want 1", n)
	}
}

func newToken(b *bench, token string) string {
	var n NewToken
	b.do(request{method: "POST", path: "/api/v1/tokens", token: token, body: `{"name":"spare"}`}).want(201).into(&n)
	return n.ID
}

// TestIdempotencySideBySide: of many at once one is served, and the others get
// its answer or are told to come again.
func TestIdempotencySideBySide(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	r := request{method: "POST", path: "/api/v1/teams", token: b.token(b.Owner), body: `{"name":"night"}`, header: keyed("k1")}
	var wg sync.WaitGroup
	answers := make(chan response, 20)
	for range cap(answers) {
		wg.Go(func() { answers <- b.do(r) })
	}
	wg.Wait()
	close(answers)
	made := map[string]int{}
	for a := range answers {
		switch a.Code {
		case 201:
			made[a.Body.String()]++
		case 409:
			a.problem(409, "conflict")
			if a.Header().Get("Retry-After") == "" {
				t.Error("who has to come again is not told when")
			}
		default:
			t.Errorf("status %d: %s", a.Code, a.Body)
		}
	}
	if len(made) != 1 || b.teams() != 1 {
		t.Errorf("%d different answers and %d teams, want one: %v", len(made), b.teams(), made)
	}
}

// TestIdempotencyWhenTheProcessEnded: at every point at which a process can end,
// the write happens once or not at all.
func TestIdempotencyWhenTheProcessEnded(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := context.Background()
	r := request{method: "POST", path: "/api/v1/teams", token: b.token(b.Owner), body: `{"name":"night"}`}
	sum := sha256.Sum256([]byte(r.body))
	begin := func(key string) context.Context {
		t.Helper()
		_, mine, under, err := b.desk.BeginAnswer(ctx, desk.Answer{Workspace: b.Workspace.ID, Member: b.Owner.ID, Route: "POST /api/v1/teams", Key: key, Request: sum[:]})
		if err != nil || !mine {
			t.Fatalf("claiming a key: %v, %v", mine, err)
		}
		return under
	}
	create := func(under context.Context) error {
		_, err := b.desk.CreateTeam(under, b.actor(b.Owner), fmt.Sprintf("night %d", b.count()), nil, nil)
		return err
	}

	r.header = keyed("before the write")
	slow := begin("before the write")
	b.do(r).problem(409, "conflict")
	b.Clock.Add(61 * time.Second)
	b.do(r).want(201)
	if err := create(slow); desk.CodeOf(err) != desk.CodeConflict {
		t.Errorf("the write of a request whose key was taken over gives %v, want a conflict", err)
	}
	if n := b.teams(); n != 1 {
		t.Errorf("%d teams, want 1", n)
	}

	r.header = keyed("after the write")
	if err := create(begin("after the write")); err != nil {
		t.Fatal(err)
	}
	if b.do(r).problem(409, "conflict"); b.do(r).Header().Get("Retry-After") == "" {
		t.Error("an answer that may still be given counts as lost")
	}
	b.Clock.Add(time.Hour)
	if p := b.do(r).problem(409, "conflict"); !strings.Contains(p.Detail, "carried out") {
		t.Errorf("a lost answer is told as %q", p.Detail)
	}
	if n := b.teams(); n != 2 {
		t.Errorf("%d teams, want 2", n)
	}
}

// TestIdempotencyForgetsFailures: what the server failed at may be tried again.
func TestIdempotencyForgetsFailures(t *testing.T) {
	t.Parallel()
	broken := true
	b := newBench(t, func(c *Config) {
		c.Demo = demoOf(storetest.NewClock())
		c.Demo.Advance = func(context.Context, time.Duration) error {
			if broken {
				return errors.New("the clock stands still")
			}
			return nil
		}
	})
	r := request{method: "POST", path: "/api/v1/demo/clock", token: b.token(b.Owner), body: `{"advance_seconds":60}`, header: keyed("k1")}
	b.do(r).problem(500, "internal")
	broken = false
	b.do(r).want(200)
}
