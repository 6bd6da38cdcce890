package httpapi

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/desk"
)

func (b *bench) stored() []desk.Hook {
	b.TB.Helper()
	all, err := b.Store.PendingHooks(context.Background(), desk.Share{All: true}, 100, 1<<30)
	if err != nil {
		b.TB.Fatal(err)
	}
	return all
}

func signed(c desk.Connection, body string) http.Header {
	return http.Header{"X-Test-Signature": {signature(c, []byte(body))}, "Content-Type": {"application/json"}}
}

func TestHookIsStoredBeforeItIsAcknowledged(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for _, body := range []string{`{"entry":[]}`, `not JSON at all`, "\xff\x00", strings.Repeat("x", maxHook)} {
		b.do(request{method: "POST", path: "/hooks/" + b.Conn.Key, body: body, header: signed(b.Conn, body)}).want(200)
		all := b.stored()
		if last := all[len(all)-1]; string(last.Body) != body || last.Connection != b.Conn.ID || last.Workspace != b.Workspace.ID {
			t.Errorf("stored %d bytes of connection %v, want the %d sent for %v", len(last.Body), last.Connection, len(body), b.Conn.ID)
		}
	}
}

func TestForgedHookIsNotStored(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	body := `{"object":"whatsapp_business_account"}`
	good := signature(b.Conn, []byte(body))
	forged := []string{"", " ", "0", "sha256=", good + "0", good[:len(good)-1], " " + good + " x", strings.ToUpper(good), "sha1=" + good}
	for i := range 21 {
		forged = append(forged, fmt.Sprintf("%s %d", b.Conn.Secrets.AppSecret, i))
	}
	if len(forged) != 30 {
		t.Fatalf("%d cases, want 30", len(forged))
	}
	for _, f := range forged {
		h := http.Header{"Content-Type": {"application/json"}}
		if f != "" {
			h.Set("X-Test-Signature", f)
		}
		b.do(request{method: "POST", path: "/hooks/" + b.Conn.Key, body: body, header: h}).problem(401, "unauthorized")
	}
	if b.hooks.asked != len(forged) {
		t.Errorf("%d of %d hooks were checked", b.hooks.asked, len(forged))
	}
	if n := len(b.stored()); n != 0 {
		t.Errorf("%d forged hooks were stored", n)
	}
}

func TestHookLimits(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	large := strings.Repeat("x", maxHook+1)
	b.do(request{method: "POST", path: "/hooks/" + b.Conn.Key, body: large, header: signed(b.Conn, large)}).problem(413, "too_large")
	b.do(request{method: "POST", path: "/hooks/unknown", body: "{}", header: signed(b.Conn, "{}")}).problem(404, "not_found")
	b.do(request{method: "PUT", path: "/hooks/" + b.Conn.Key, body: "{}", header: signed(b.Conn, "{}")}).problem(405, "method_not_allowed")
	if n := len(b.stored()); n != 0 || b.hooks.asked != 0 {
		t.Errorf("%d hooks stored and %d checked, want none", n, b.hooks.asked)
	}
}

// TestHookOfRemovedConnection: as long as the provider sends, the ledger takes
// what is authentic and says why nothing comes of it.
func TestHookOfRemovedConnection(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.do(request{method: "DELETE", path: "/api/v1/connections/" + b.Conn.ID.String(), token: b.token(b.Owner)}).want(204)
	b.do(request{method: "POST", path: "/hooks/" + b.Conn.Key, body: "{}", header: signed(b.Conn, "{}")}).want(200)
	b.do(request{method: "POST", path: "/hooks/" + b.Conn.Key, body: "{}"}).problem(401, "unauthorized")
	if n := len(b.stored()); n != 1 {
		t.Errorf("%d hooks are stored, want the authentic one", n)
	}
}

// TestHookWhenTheStoreIsFull: the provider is told to come again.
func TestHookWhenTheStoreIsFull(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	full, err := desk.New(desk.Config{Store: fullStore{b.Store}, Now: b.Clock.Now, Check: anything{}, Passwords: plainPasswords{}})
	if err != nil {
		t.Fatal(err)
	}
	b.api.cfg.Desk = full
	got := b.do(request{method: "POST", path: "/hooks/" + b.Conn.Key, body: "{}", header: signed(b.Conn, "{}")})
	got.problem(503, "unavailable")
	if got.Header().Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
}

// TestHooksInMemoryAreBounded: bodies that are being taken have so much memory
// together, and whatever becomes of one, it gives its part back.
func TestHooksInMemoryAreBounded(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	path := "/hooks/" + b.Conn.Key
	for _, c := range []struct {
		others int64
		body   string
		header http.Header
		status int
	}{
		{mostHooks - 1, "{}", signed(b.Conn, "{}"), 503},
		{mostHooks - 2, "{}", signed(b.Conn, "{}"), 200},
		{0, "{}", nil, 401},
		{0, strings.Repeat("x", maxHook+1), nil, 413},
	} {
		b.api.hooks.bytes.Store(c.others)
		got := b.do(request{method: "POST", path: path, body: c.body, header: c.header})
		if got.Code != c.status || (c.status == 503) != (got.Header().Get("Retry-After") != "") {
			t.Errorf("%d bytes beside %d of others: got %d, Retry-After %q, want %d", len(c.body), c.others, got.Code, got.Header().Get("Retry-After"), c.status)
		}
		if now := b.api.hooks.bytes.Load(); now != c.others {
			t.Errorf("%d bytes beside %d of others: %d are held afterwards", len(c.body), c.others, now)
		}
	}
	if n := len(b.stored()); n != 1 {
		t.Errorf("%d hooks are stored, want the one that had room", n)
	}
}

type fullStore struct{ desk.Store }

func (fullStore) Write(context.Context, desk.Queue, func(desk.Tx) error) error {
	return desk.Errorf(desk.CodeUnavailable, "The disk is full.")
}

func TestHookVerification(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	right := "/hooks/" + b.Conn.Key + "?hub.mode=subscribe&hub.challenge=12%3Cb%3E34&hub.verify_token=" + b.Conn.Name
	got := b.do(request{method: "GET", path: right}).want(200)
	if got.Body.String() != "12<b>34" || !strings.HasPrefix(got.Header().Get("Content-Type"), "text/plain") || got.Header().Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("answer is %q as %s, want the challenge as plain text", got.Body, got.Header().Get("Content-Type"))
	}
	b.do(request{method: "GET", path: right + "x"}).problem(403, "forbidden")
	b.do(request{method: "GET", path: "/hooks/unknown?hub.challenge=1"}).problem(404, "not_found")
}

func TestHooksSideBySide(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	var wg sync.WaitGroup
	codes := make(chan int, 40)
	for i := range cap(codes) {
		wg.Go(func() {
			body := fmt.Sprintf(`{"n":%d}`, i)
			codes <- b.do(request{method: "POST", path: "/hooks/" + b.Conn.Key, body: body, header: signed(b.Conn, body)}).Code
		})
	}
	wg.Wait()
	close(codes)
	for c := range codes {
		if c != 200 {
			t.Errorf("status %d, want 200", c)
		}
	}
	seen := map[string]bool{}
	for _, h := range b.stored() {
		seen[string(bytes.TrimSpace(h.Body))] = true
	}
	if len(seen) != cap(codes) {
		t.Errorf("%d different hooks stored, want %d", len(seen), cap(codes))
	}
}

func TestLedger(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	token := b.token(b.Owner)
	if err := b.desk.AppendHook(context.Background(), b.Conn, []byte("broken")); err != nil {
		t.Fatal(err)
	}
	hook := b.stored()[0]
	hook.State, hook.Reason, hook.DoneAt = desk.HookFailed, "It is broken.", b.Clock.Now()
	hook.Tally = desk.HookTally{Items: 2, Next: 2, Applied: 1, Failed: 1}
	b.Do(func(tx desk.Tx) error {
		return tx.SetHook(hook, []desk.HookItem{{Hook: hook.ID, Index: 1, Field: "messages", State: desk.HookFailed, Reason: "It is broken."}})
	})
	var page Page[Hook]
	b.do(request{method: "GET", path: "/api/v1/hooks?state=failed", token: token}).want(200).into(&page)
	if len(page.Items) != 1 || page.Items[0].ID != hook.ID.String() || *page.Items[0].Reason != "It is broken." ||
		len(page.Items[0].Items) != 1 || page.Items[0].Items[0].Index != 1 || page.Items[0].Tally.Failed != 1 {
		t.Errorf("failed hooks are %+v", page.Items)
	}
	got := b.do(request{method: "GET", path: "/api/v1/hooks?state=applied", token: token}).want(200)
	if !strings.Contains(got.Body.String(), `"items":[]`) {
		t.Errorf("no applied hooks are told as %s", got.Body)
	}
	b.do(request{method: "POST", path: "/api/v1/hooks/" + hook.ID.String() + "/replay", token: token}).want(204)
	if again := b.stored(); len(again) != 1 || again[0].State != desk.HookPending {
		t.Errorf("after the replay pending hooks are %+v, want the one", again)
	}
}

// TestLedgerIsShort: a list tells the first parts of each hook; the tally counts
// all, and the hook itself has them.
func TestLedgerIsShort(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	token := b.token(b.Owner)
	for range 2 {
		if err := b.desk.AppendHook(context.Background(), b.Conn, []byte("many")); err != nil {
			t.Fatal(err)
		}
	}
	for _, hook := range b.stored() {
		hook.State, hook.Tally = desk.HookFailed, desk.HookTally{Items: 30, Next: 30, Failed: 30}
		var items []desk.HookItem
		for i := range 30 {
			items = append(items, desk.HookItem{Hook: hook.ID, Index: i, Field: "messages", State: desk.HookFailed, Reason: "broken"})
		}
		b.Do(func(tx desk.Tx) error { return tx.SetHook(hook, items) })
	}
	var page Page[Hook]
	b.do(request{method: "GET", path: "/api/v1/hooks", token: token}).want(200).into(&page)
	for _, h := range page.Items {
		if len(h.Items) != 20 || h.Items[19].Index != 19 || h.Tally.Failed != 30 {
			t.Errorf("the list tells %d parts of 30, the tally says %d; want 20 and 30", len(h.Items), h.Tally.Failed)
		}
	}
	var one HookDetail
	b.do(request{method: "GET", path: "/api/v1/hooks/" + page.Items[0].ID, token: token}).want(200).into(&one)
	if len(page.Items) != 2 || len(one.Items) != 30 {
		t.Errorf("%d hooks, of which one has %d parts; want 2 and 30", len(page.Items), len(one.Items))
	}
}

// TestHookDetail: an admin sees what came and what became of each part.
func TestHookDetail(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	token := b.token(b.Owner)
	for _, c := range []struct{ sent, body, base64 string }{{`{"čo":"raw"}`, `{"čo":"raw"}`, ""}, {"\xff\x00", "", "/wA="}} {
		if err := b.desk.AppendHook(context.Background(), b.Conn, []byte(c.sent)); err != nil {
			t.Fatal(err)
		}
		all := b.stored()
		hook := all[len(all)-1]
		path := "/api/v1/hooks/" + hook.ID.String()
		var d HookDetail
		b.do(request{method: "GET", path: path, token: token}).want(200).into(&d)
		if d.State != "pending" || len(d.Items) != 0 || d.Items == nil {
			t.Errorf("before it is applied it is %s with %+v", d.State, d.Items)
		}
		hook.State, hook.Reason, hook.DoneAt = desk.HookFailed, "It is broken.", b.Clock.Now()
		hook.Tally, hook.Took = desk.HookTally{Items: 3, Next: 3, Applied: 1, Duplicates: 1, Failed: 1}, hook.Took.With(0)
		b.Do(func(tx desk.Tx) error {
			return tx.SetHook(hook, []desk.HookItem{{Hook: hook.ID, Index: 1, Field: "messages", State: desk.HookFailed, Reason: "It is broken."}})
		})
		b.do(request{method: "GET", path: path, token: token}).want(200).into(&d)
		want := []HookItem{{Index: 0, State: "applied"}, {Index: 1, Field: "messages", State: "failed", Reason: "It is broken."}, {Index: 2, State: "duplicate"}}
		if diff := cmp.Diff(want, d.Items); diff != "" {
			t.Errorf("items (-want +got):\n%s", diff)
		}
		if got := [2]string{value(d.Body), value(d.BodyBase64)}; got != [2]string{c.body, c.base64} {
			t.Errorf("the body is told as %q, want %q", got, [2]string{c.body, c.base64})
		}
	}
	b.do(request{method: "GET", path: "/api/v1/hooks/99999", token: token}).problem(404, "not_found")
}

func value(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
