// Package storetest is the contract of desk.Store in executable form. Both
// databases pass it.
package storetest

import (
	"context"
	"testing"

	"parley/desk"
)

// Run proves that stores on the engine keep the contract.
func Run(t *testing.T, e Engine) {
	for name, test := range map[string]func(*testing.T, Engine){
		"People":          testPeople,
		"Names":           testNames,
		"Access":          testAccess,
		"Teams":           testTeams,
		"Connections":     testConnections,
		"HookConnections": testHookConnections,
		"Sealed":          testSealed,
		"Ownership":       testOwnership,
		"Threads":         testThreads,
		"Retired":         testRetired,
		"Unanswered":      testUnanswered,
		"Assigned":        testAssigned,
		"Claims":          testClaims,
		"Parking":         testParking,
		"Answers":         testAnswers,
		"Timeline":        testTimeline,
		"Values":          testValues,
		"Contacts":        testContacts,
		"Ahead":           testAhead,
		"Views":           testViews,
		"Paging":          testPaging,
		"Cursors":         testCursors,
		"Counters":        testCounters,
		"Changes":         testChanges,
		"ChangeOrder":     testChangeOrder,
		"Scope":           testScope,
		"Search":          testSearch,
		"SearchScope":     testSearchScope,
		"SearchHostile":   testSearchHostile,
		"SearchBeginning": testSearchBeginning,
		"Phones":          testPhones,
		"Text":            testText,
		"HookOrder":       testHookOrder,
		"Hooks":           testHooks,
		"Shares":          testShares,
		"Outbound":        testOutbound,
		"Overdue":         testOverdue,
		"Receipts":        testReceipts,
		"Files":           testFiles,
		"Deadlines":       testDeadlines,
		"Prune":           testPrune,
		"Nest":            testNest,
		"Panic":           testPanic,
		"Queue":           testQueue,
		"Fairness":        testFairness,
		"Races":           testRaces,
		"Deadlocks":       testDeadlocks,
		"Appliers":        testAppliers,
		"IDs":             testIDs,
		"Signals":         testSignals,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, e)
		})
	}
}

var ctx = context.Background()

func one(limit int) desk.Paging { return desk.Paging{Limit: limit} }

// must returns a value or fails the test.
func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func wantCode(t testing.TB, what string, err error, want desk.Code) bool {
	t.Helper()
	got := desk.CodeOf(err)
	if got != want {
		t.Errorf("%s: got code %q (%v), want %q", what, got, err, want)
	}
	return got == want
}

// sound fails the test when the store does not agree with itself.
func (w *World) sound() {
	w.TB.Helper()
	r, err := w.Audit(ctx, w.Clock.Now())
	if err != nil {
		w.TB.Fatal(err)
	}
	for _, c := range r.Checks {
		if c.Wrong > 0 {
			w.TB.Errorf("audit: not %q: %d times: %v", c.Name, c.Wrong, c.Findings)
		}
	}
}
