package desk

import (
	"context"
	"errors"
	"time"
)

// Queue says whose write it is. Each queue is bounded, and the committer draws
// from them fairly, so a flood of hooks does not hold up members.
type Queue int

const (
	FromMembers Queue = iota // people and programs who wait for an answer
	FromHooks                // appending to the hook ledger
	FromJobs                 // draining, sending, timers
)

// ErrAborted in an error's chain says that the database has given up the whole
// transaction (a serialization failure, a lost connection, a full disk): no
// savepoint can save it. Whoever gets it returns it, and Write decides whether
// to run again.
var ErrAborted = errors.New("transaction aborted")

// Store keeps everything. Its implementations pass the suite in
// store/storetest.
type Store interface {
	// Write runs fn in a transaction and returns after it is durable. fn may
	// run twice (a failed batch is replayed one by one) and so must not change
	// anything but through tx. ctx counts only while the write is queued. A
	// full queue or a full disk is CodeUnavailable: nothing was written.
	Write(ctx context.Context, q Queue, fn func(tx Tx) error) error

	Reader
}

// Tx is a transaction that writes. Its loads see its own writes; on PostgreSQL
// those named Lock… lock the row until the end, in the order contact,
// conversation, message, outbound, so that two transactions cannot wait for each
// other.
type Tx interface {
	NewID() ID

	// Hold fails with ErrLeaseLost unless the lease is still held as it says. Until
	// the end of the transaction nobody takes it over. The zero Lease is always held.
	Hold(l Lease) error

	// Nest runs fn: when fn fails, its writes are undone and the transaction goes
	// on. Where there is no savepoint to go back to, Nest fails with ErrAborted
	// instead, and Write runs again with savepoints.
	Nest(fn func() error) error

	Apply(p Plan) error

	// ClaimKey makes message the owner of a provider's message id. It returns
	// false when the id was claimed before: the message is a duplicate. Keys
	// outlive deleted messages. News of a whole account is claimed on its
	// connection instead of a channel.
	ClaimKey(channel ID, external string, message ID) (bool, error)

	// LockKey is MessageByKey for those who park news for an id that nobody has
	// claimed: until their end nobody claims it, so that whoever does finds what
	// was parked.
	LockKey(channel ID, external string) (ID, bool, error)

	// ClaimStatus notes a status. False: the same came before.
	ClaimStatus(n StatusNote) (bool, error)

	// ClaimClientID reserves a sender's own id. When it was used before, it
	// returns the message that used it.
	ClaimClientID(workspace ID, client string, message ID) (used ID, err error)

	// ClaimAnswer makes the key of an answer the claim's own. When it was taken
	// before, it returns the answer that is there, which stays locked.
	ClaimAnswer(claim Answer) (have Answer, taken bool, err error)
	CommitAnswer(claim ID) (bool, error) // running becomes done; false: the claim is not there any more
	SetAnswer(a Answer) error            // by its ID; one that is not there any more is left
	DropAnswer(claim ID) error

	// LockAhead locks what is there of the subjects, in the order in which
	// everybody locks, for a transaction that is about several people. The loads
	// of what it locked cost next to nothing then.
	LockAhead(subjects []Subject) error

	Workspace(id ID) (Workspace, error)
	LockIdentities(workspace ID, keys []Identity) ([]Identity, error) // those of keys that exist, by kind, scope and value
	FindIdentities(workspace ID, keys []Identity) ([]Identity, error) // the same without a lock, in no order
	LockContact(id ID) (Contact, error)
	LockContacts(ids []ID) ([]Contact, error)                   // and those who stand for them, by id
	LockConversation(id ID) (Conversation, error)               // also a deleted one; CodeNotFound when there is none
	LockThread(channel, contact ID) (Conversation, bool, error) // the one that is not deleted
	ConversationOf(message ID) (ID, error)                      // without a lock: it never changes
	Unanswered(conversation ID, from time.Time) (Unanswered, error)
	Answerer(conversation, except ID) (ID, error) // the member who wrote the latest answer that was not taken back, apart from one; 0: nobody
	LockMessage(id ID) (Message, error)
	MessageByKey(channel ID, external string) (ID, bool, error)  // 0, true for an id that is no message's, such as a reaction's
	AttemptByRef(channel ID, ref string) (Attempt, bool, error)  // of a message of the channel
	Parked(channel ID, external string) ([]Parked, error)        // in the order in which they came
	ExpiredParked(before time.Time, limit int) ([]Parked, error) // the oldest first
	LockOutbound(message ID) (Outbound, bool, error)
	LockFile(id ID) (File, error)
	Channel(id ID) (Channel, error)
	Identities(contact ID) ([]Identity, error) // of all contacts that are one person with this one, by id
	Portfolio(channel ID) (string, error)      // the scope of user ids on the channel

	AppendHook(h Hook) error                                 // is written at the end: the transaction's own loads do not see it
	LockHook(id ID) (Hook, error)                            // without its body
	LockHooks(ids []ID) ([]Hook, error)                      // all of them, in the order of ids; locked by id
	SetHook(h Hook, items []HookItem) error                  // replaces the fate and adds items
	SetHooks(hooks []Hook, items []HookItem) error           // of several
	HooksPending(workspace ID, till time.Time) (bool, error) // whether one waits for its fate that came by then
	ClearHookItems(hook ID) error

	AnyWorkspace() (bool, error) // on PostgreSQL also keeps others from adding the first one meanwhile
	AddWorkspace(w Workspace) error
	LockMember(id ID) (Member, error)
	LockMembers(workspace ID) ([]Member, error) // by id, removed ones included
	AddMember(m Member) error
	SetMember(m Member) error
	AddSession(s Session) error
	SetSession(s Session) error
	DropSession(id ID) error
	DropSessions(member, keep ID) error // all of the member but one
	AddToken(t Token) error
	SetToken(t Token) error
	RevokeTokens(member ID, at time.Time) error
	LockTeams(workspace ID) ([]Team, error) // by id; also keeps others from making one meanwhile; after members
	AddTeam(t Team) error
	SetTeam(t Team) error
	DropTeam(id ID) error
	LockConnection(id ID) (Connection, error)
	ConnectionsOf(like ID, account string) ([]ID, error) // those in use of the account, in the workspace and of the kind of another
	AddConnection(c Connection, channels []Channel) error
	SetConnection(c Connection) error
	LockChannels(workspace ID) ([]Channel, error) // by id, removed ones included
	ChannelUsed(id ID) (bool, error)              // whether the provider ever named a message on it
	AddChannel(c Channel) error
	SetChannel(c Channel) error

	// Fired deletes a deadline that is still due at due and reports whether it
	// was there.
	Fired(d Deadline) (bool, error)

	// Prune deletes at most limit rows that nobody needs any more and returns
	// how many it deleted.
	Prune(p Pruning, limit int) (int, error)
}

// Subject is whom and what an update is about. Any field may be empty.
type Subject struct {
	Workspace ID
	Channel   ID
	Keys      []Identity // the customer's addresses
	External  string     // a message, by its provider's id
	Ref       string     // a message, by the reference of an attempt to send it
}

// Pruning says what is old.
type Pruning struct {
	HooksBefore, ChangesBefore, SessionsBefore time.Time
	UploadsBefore                              time.Time // uploads that were never sent
	AnswersBefore                              time.Time
}

// Reader answers questions. Lists take a Scope and leave out what it does not
// see. Every page is found by its cursor.
type Reader interface {
	// people
	Workspaces(ctx context.Context) ([]Workspace, error)
	WorkspaceByID(ctx context.Context, id ID) (Workspace, error)
	Member(ctx context.Context, workspace, id ID) (Member, error)
	Members(ctx context.Context, workspace ID) ([]Member, error)
	Names(ctx context.Context, workspace ID) (map[ID]string, error)     // of all members by id; only to be read. Another process's changes may show two seconds later
	MembersByEmail(ctx context.Context, email string) ([]Member, error) // in all workspaces
	Teams(ctx context.Context, workspace ID) ([]Team, error)
	SessionByHash(ctx context.Context, hash []byte) (Session, error)
	Sessions(ctx context.Context, workspace, member ID) ([]Session, error)
	TokenByHash(ctx context.Context, hash []byte) (Token, error)
	Tokens(ctx context.Context, workspace, member ID) ([]Token, error)

	// connections
	Connections(ctx context.Context, workspace ID) ([]Connection, error) // 0: all workspaces
	ConnectionByKey(ctx context.Context, key string) (Connection, error) // another process's changes may show two seconds later
	Connection(ctx context.Context, workspace, id ID) (Connection, error)
	Channels(ctx context.Context, workspace ID) ([]Channel, error) // 0: all workspaces

	// conversations
	Conversations(ctx context.Context, s Scope, f Filter) (Page[Row], error)
	ConversationRows(ctx context.Context, s Scope, ids []ID) ([]Row, error)
	Messages(ctx context.Context, s Scope, conversation ID, p Paging) (Page[MessageRow], error) // newest first; reactions stand on their targets
	MessageRows(ctx context.Context, s Scope, ids []ID) ([]MessageRow, error)
	AttemptsOf(ctx context.Context, s Scope, message ID) ([]Attempt, error)
	StatusNotes(ctx context.Context, s Scope, message ID) ([]StatusNote, error)
	Contact(ctx context.Context, s Scope, id ID) (ContactRow, error)
	ContactRows(ctx context.Context, s Scope, ids []ID) (map[ID]ContactRow, error) // by the id that was asked for, as Contact; without those that the scope does not see
	Contacts(ctx context.Context, s Scope, p Paging) (Page[ContactRow], error)     // the newest first
	SearchContacts(ctx context.Context, s Scope, q string, limit int) ([]ContactRow, error)
	SearchMessages(ctx context.Context, s Scope, q string, p Paging) (Page[MessageRow], error)
	Assigned(ctx context.Context, workspace, member, after ID, limit int) ([]ID, error) // conversations in any state, by id
	Counters(ctx context.Context, s Scope) (Counts, error)
	FileByID(ctx context.Context, s Scope, id ID) (File, error)

	// work
	PendingHooks(ctx context.Context, of Share, limit, bytes int) ([]Hook, error)           // with bodies, oldest first; after the first only what fits into so many bytes
	Hooks(ctx context.Context, workspace ID, state HookState, p Paging) (Page[Hook], error) // newest first, without bodies; state "" means all
	Hook(ctx context.Context, workspace, id ID) (Hook, error)                               // with its body
	HookItems(ctx context.Context, hook ID) ([]HookItem, error)
	HooksItems(ctx context.Context, hooks []ID, most int) ([]HookItem, error) // of each hook at most so many
	HookIDs(ctx context.Context, after ID, limit int) ([]ID, error)
	DueOutbound(ctx context.Context, channel ID, now time.Time, after ID, limit int) ([]Outbound, error) // messages that are queued, due and not behind another of their conversation, by id
	DueReceipts(ctx context.Context, channel ID, now time.Time, after ID, limit int) ([]Outbound, error)
	UnfinishedOutbound(ctx context.Context, of Share) ([]Outbound, error) // attempting and unknown
	NextOutbound(ctx context.Context, channel ID) (time.Time, error)      // from when on DueOutbound or DueReceipts has something; zero: only a change can tell
	PendingFiles(ctx context.Context, of Share, now time.Time, limit int) ([]File, error)
	FilesUsed(ctx context.Context, workspace ID, hashes []string) ([]string, error) // those that a row names, also as a preview
	DueDeadlines(ctx context.Context, now time.Time, limit int) ([]Deadline, error)
	Changes(ctx context.Context, workspace ID, after int64, limit int) ([]Change, error)
	ChangeRange(ctx context.Context, workspace ID) (first, last int64, err error)
}

// View is a named list of conversations.
type View string

const (
	ViewMine       View = "mine"
	ViewUnassigned View = "unassigned"
	ViewWaiting    View = "waiting"
	ViewOpen       View = "open"
	ViewClosed     View = "closed"
	ViewSnoozed    View = "snoozed"
	ViewAll        View = "all"
)

// Sort of a list of conversations.
type Sort string

const (
	SortAttention Sort = "attention" // see Conversation.Attention
	SortRecent    Sort = "recent"    // the latest message first
)

// Filter chooses conversations. The zero value is the view "all" by attention.
type Filter struct {
	View    View
	Sort    Sort
	Channel ID
	Contact ID
	Text    string // of the newest contacts and messages that match; the result has one page
	Paging
}

// Paging asks for a page. Limit is between 1 and 200; Cursor is the NextCursor
// of the page before, or "".
type Paging struct {
	Limit  int
	Cursor string
}

// Page is a part of a list. NextCursor is "" on the last page.
type Page[T any] struct {
	Items      []T
	NextCursor string
}

// Row is a conversation as lists show it.
type Row struct {
	Conversation   Conversation
	Kind           Kind
	ChannelRemoved bool
	Contact        ID // the conversation's, or who stands for it since they were merged
	ContactName    string
	Phone          string
	UserID         string
	Username       string
}

// MessageRow is a message with what is shown beside it.
type MessageRow struct {
	Message   Message
	Files     []File
	Quoted    *Quoted
	NotBefore time.Time // of a queued message: when it leaves at the earliest; zero: in its turn
}

// Quoted is the message that a reply quotes.
type Quoted struct {
	ID        ID
	Direction Direction
	Author    Author
	Type      MessageType
	Preview   string
}

// ContactRow is a contact with its addresses and those of the contacts that were
// merged into it.
type ContactRow struct {
	Contact    Contact
	Identities []Identity
}

// Counts are the numbers of the views for one member.
type Counts struct {
	Mine, MineUnread, Unassigned, UnassignedUnread, Waiting, WaitingMine, Open int64
}
