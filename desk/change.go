package desk

import "time"

// ChangeKind says what sort of thing changed.
type ChangeKind string

const (
	ConversationChanged ChangeKind = "conversation"
	MessageChanged      ChangeKind = "message"
	ContactChanged      ChangeKind = "contact"
	MemberChanged       ChangeKind = "member"
	ChannelChanged      ChangeKind = "channel"
	AccessChanged       ChangeKind = "access" // what Subject, a member, may see or do
	HooksChanged        ChangeKind = "hooks"  // a hook failed; admins are told
)

// Change is one entry of a workspace's log. Numbers follow commit order without
// gaps. An entry names what changed; whoever reads it loads the present values,
// so that a burst of entries about one thing costs one read.
type Change struct {
	Workspace    ID
	N            int64
	Kind         ChangeKind
	Channel      ID // 0 when the change is not of one channel
	Conversation ID
	Subject      ID
	At           time.Time
}

// ChangesFor is how long the log is kept. A client that was away longer reloads.
const ChangesFor = 7 * 24 * time.Hour

// Counter names a number that is kept instead of counted. Member is 0 for
// counters of the whole channel.
type Counter struct {
	Channel ID
	Member  ID
	Kind    CounterKind
}

// CounterKind is one of the numbers kept per channel.
type CounterKind string

const (
	CountOpen       CounterKind = "open"       // open conversations; with Member: assigned to them
	CountWaiting    CounterKind = "waiting"    // customers who wait; with Member: for them
	CountUnassigned CounterKind = "unassigned" // open and nobody's
	CountUnread     CounterKind = "unread"     // open conversations with unread messages; with Member: theirs

	CountUnassignedUnread CounterKind = "unassigned_unread" // of the unassigned ones those with unread messages
)

// counters lists what a conversation adds one to. The store applies the
// difference between before and after in the same transaction, and verify
// recounts.
func (c Conversation) Counters() []Counter {
	if c.ID == 0 || !c.DeletedAt.IsZero() {
		return nil
	}
	var n []Counter
	add := func(k CounterKind) {
		n = append(n, Counter{Channel: c.Channel, Kind: k})
		if c.Assignee != 0 {
			n = append(n, Counter{Channel: c.Channel, Member: c.Assignee, Kind: k})
		}
	}
	if c.Waiting {
		add(CountWaiting)
	}
	if c.State != Open {
		return n
	}
	add(CountOpen)
	if c.Assignee == 0 {
		n = append(n, Counter{Channel: c.Channel, Kind: CountUnassigned})
	}
	if c.Unread() > 0 {
		add(CountUnread)
		if c.Assignee == 0 {
			n = append(n, Counter{Channel: c.Channel, Kind: CountUnassignedUnread})
		}
	}
	return n
}

// Audit is an entry of the audit trail, written in the transaction of what it
// tells of.
type Audit struct {
	ID          ID
	Workspace   ID
	At          time.Time
	Member      ID // 0: the system
	Action      string
	SubjectType string
	Subject     ID
	Detail      string // without message text and secrets
}

// DeadlineKind says what happens when a deadline comes.
type DeadlineKind string

// DeadlineSnooze wakes a snoozed conversation.
const DeadlineSnooze DeadlineKind = "snooze"

// Deadline is a durable timer: at most one per kind and subject.
type Deadline struct {
	Workspace   ID
	Kind        DeadlineKind
	SubjectType string
	Subject     ID
	DueAt       time.Time
}
