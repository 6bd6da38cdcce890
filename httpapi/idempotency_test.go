package httpapi

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"parley/desk"
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

	b.Clock.Add(answersFor)
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

func TestAnswersAreBounded(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	a := newAnswers(func() time.Time { return now })
	sum := sha256.Sum256(nil)
	for i := range answersKept + 5 {
		if k, err := a.begin(fmt.Sprint(i), sum); k != nil || err != nil {
			t.Fatalf("key %d: %v, %v", i, k, err)
		}
	}
	if len(a.keys) != answersKept || a.used.Len() != answersKept {
		t.Errorf("%d answers are kept, want %d", len(a.keys), answersKept)
	}
	last := fmt.Sprint(answersKept + 4)
	if _, err := a.begin(last, sum); desk.CodeOf(err) != desk.CodeConflict {
		t.Errorf("a key whose first request still runs gives %v, want a conflict", err)
	}
	a.end(last, nil)
	if k, err := a.begin(last, sum); k != nil || err != nil {
		t.Errorf("after a failure the key gives %v, %v, want another try", k, err)
	}
}
