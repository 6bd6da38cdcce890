package storetest

import (
	"errors"
	"testing"
	"time"

	"parley/desk"
)

// claims takes the key of an answer in a transaction of its own.
func (w *World) claims(a desk.Answer) (have desk.Answer, taken bool) {
	w.TB.Helper()
	w.Do(func(tx desk.Tx) (err error) {
		a.ID = tx.NewID()
		have, taken, err = tx.ClaimAnswer(a)
		return err
	})
	return have, taken
}

// testAnswers: a key has one claim, whose answer is kept as it was given, and
// only a claim that is still there commits.
func testAnswers(t *testing.T, e Engine) {
	cfg := e.Database(t)
	w := NewWorld(t, e, cfg, 1)
	now := w.Clock.Now()
	claim := desk.Answer{
		Workspace: w.Workspace.ID, Member: w.Owner.ID, Route: "POST /teams", Key: "k", Request: []byte{1, 0, 2},
		State: desk.AnswerRunning, At: now,
	}
	first, taken := w.claims(claim)
	if taken {
		t.Error("a new key is taken")
	}
	have, taken := w.claims(claim)
	if !taken {
		t.Error("a key was claimed twice")
	}
	same(t, "the claim that is there", first)(have, nil)
	for name, other := range map[string]func(*desk.Answer){
		"key": func(a *desk.Answer) { a.Key = "K" }, "route": func(a *desk.Answer) { a.Route = "POST /tokens" },
		"member": func(a *desk.Answer) { a.Member = w.Agent.ID }, "workspace": func(a *desk.Answer) { a.Workspace = 99 },
	} {
		a := claim
		other(&a)
		if _, taken := w.claims(a); taken {
			t.Errorf("the key is taken for another %s", name)
		}
	}

	commit := func(id desk.ID) (ours bool) {
		w.Do(func(tx desk.Tx) (err error) {
			ours, err = tx.CommitAnswer(id)
			return err
		})
		return ours
	}
	failed := errors.New("the use case failed")
	if err := w.Write(ctx, desk.FromMembers, func(tx desk.Tx) error {
		if _, err := tx.CommitAnswer(first.ID); err != nil {
			return err
		}
		return failed
	}); !errors.Is(err, failed) {
		t.Fatal(err)
	}
	if have, _ := w.claims(claim); have.State != desk.AnswerRunning {
		t.Errorf("after a write that failed the answer is %s, want running", have.State)
	}
	again := commit(first.ID)
	if !again || !commit(first.ID) || commit(first.ID+1000) {
		t.Error("a claim does not commit, or one that is not there does")
	}
	if have, _ := w.claims(claim); have.State != desk.AnswerDone || have.ID != first.ID {
		t.Errorf("after the commit the answer is %+v, want done", have)
	}
	given := first
	given.State, given.Status, given.Type, given.Body = desk.AnswerGiven, 201, "application/json", []byte("{\"value\":\"secret\"}\x00")
	w.Do(func(tx desk.Tx) error { return tx.SetAnswer(given) })
	have, _ = w.claims(claim)
	same(t, "the answer", given)(have, nil)

	cfg.Secret = []byte("another secret of the tests, 32 b.")
	other := e.Open(t, cfg)
	if err := other.Write(ctx, desk.FromMembers, func(tx desk.Tx) error {
		a := claim
		a.ID = tx.NewID()
		have, _, err := tx.ClaimAnswer(a)
		if have.State != desk.AnswerDone || len(have.Body) > 0 {
			t.Errorf("an answer that cannot be opened is %+v, want done without a body", have)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}

	empty, _ := w.claims(desk.Answer{Workspace: 1, Member: 1, Route: "DELETE /x", Key: "e", State: desk.AnswerRunning, At: now})
	empty.State, empty.Status = desk.AnswerGiven, 204
	w.Do(func(tx desk.Tx) error { return tx.SetAnswer(empty) })
	if have, taken := w.claims(empty); !taken || have.Status != 204 || len(have.Body) != 0 {
		t.Errorf("an answer without a body: got %+v", have)
	}

	w.Do(func(tx desk.Tx) error { return tx.DropAnswer(first.ID) })
	next := claim
	next.At = now.Add(time.Hour)
	if fresh, taken := w.claims(next); taken || fresh.ID == first.ID || !fresh.At.Equal(next.At) {
		t.Errorf("a key that was given back: got %+v, %v", fresh, taken)
	}
	if commit(first.ID) {
		t.Error("a claim that was given back commits")
	}
	w.Do(func(tx desk.Tx) error {
		n, err := tx.Prune(desk.Pruning{AnswersBefore: now.Add(time.Minute)}, 100)
		if n != 5 {
			t.Errorf("pruned %d answers, want the 5 old ones", n)
		}
		return err
	})
	if _, taken := w.claims(next); !taken {
		t.Error("a young answer was pruned")
	}
}
