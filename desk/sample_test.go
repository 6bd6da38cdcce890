package desk

import (
	"time"

	"pgregory.net/rapid"
)

// tester is a testing.T or a rapid.T.
type tester interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// noon is when most tests begin.
var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func after(d time.Duration) time.Time { return noon.Add(d) }

// endOf is the place of what a provider tells of a second that is over.
func endOf(second time.Time) time.Time { return second.Add(999 * time.Millisecond) }

const (
	ann ID = 11 // members
	bob ID = 12
)

// counter gives ids from a number on.
func counter(first ID) func() ID {
	next := first - 1
	return func() ID {
		next++
		return next
	}
}

// said is a text from the customer.
func said(id ID, at time.Time) Message {
	return Message{
		ID: id, Conversation: 1, Channel: 2, Contact: 3, Direction: In, Author: Author{Kind: ByContact, ID: 3}, Type: TypeText,
		Text: "hello", ProviderAt: at, CreatedAt: at, Order: Order{At: at, Hook: id},
	}
}

// wrote is a text from a member, as it is when it was queued.
func wrote(id, member ID, at time.Time) Message {
	return Message{
		ID: id, Conversation: 1, Channel: 2, Contact: 3, Direction: Out, Author: Author{Kind: ByMember, ID: member}, Type: TypeText,
		Text: "good day", ClientID: "c" + id.String(), Status: StatusQueued, CreatedAt: at, Order: Order{At: at, Hook: id},
	}
}

// thread is an open conversation without messages.
func thread() Conversation {
	return Conversation{ID: 1, Workspace: 9, Channel: 2, Contact: 3, State: Open}
}

// heard is the conversation after the customer's message arrived at its time.
func (c Conversation) heard(id ID, at time.Time) Conversation {
	return c.received(said(id, at), true, at)
}

// found is the one operation of its type in the plan.
func found[T WriteOp](t tester, p Plan) T {
	t.Helper()
	all := every[T](p)
	if len(all) != 1 {
		t.Fatalf("plan has %d operations of type %T, want 1: %+v", len(all), *new(T), p)
	}
	return all[0]
}

func every[T WriteOp](p Plan) []T {
	var all []T
	for _, op := range p {
		if o, ok := op.(T); ok {
			all = append(all, o)
		}
	}
	return all
}

// nextOf is the conversation after the plan.
func nextOf(t tester, p Plan) Conversation {
	t.Helper()
	return found[SetConversation](t, p).Now
}

// messageIn is the message as the plan writes it.
func messageIn(t tester, p Plan, id ID) Message {
	t.Helper()
	for _, op := range every[SetMessage](p) {
		if op.Message.ID == id {
			return op.Message
		}
	}
	t.Fatalf("plan does not write message %d: %+v", id, p)
	return Message{}
}

// someTime draws an instant of a few hours around noon, often the same one and
// mostly at full seconds, as providers tell time.
func someTime(t *rapid.T, label string) time.Time {
	d := time.Duration(rapid.IntRange(-20, 20).Draw(t, label)) * time.Second
	if rapid.IntRange(0, 4).Draw(t, label+" scale") == 0 {
		d = d*371 + time.Microsecond
	}
	return after(d)
}

// permutations calls visit with every order of 0..n-1.
func permutations(n int, visit func([]int)) {
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	var rec func(int)
	rec = func(k int) {
		if k == n {
			visit(order)
			return
		}
		for i := k; i < n; i++ {
			order[k], order[i] = order[i], order[k]
			rec(k + 1)
			order[k], order[i] = order[i], order[k]
		}
	}
	rec(0)
}
