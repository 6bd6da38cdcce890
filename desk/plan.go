package desk

import "time"

// Plan is what a rule decided: the rows to write and the timers to set, in
// order. Applying it also writes the counters and the change log. A plan that
// is not applied is a dry run.
type Plan []WriteOp

// WriteOp is one typed change. The types below are all there are.
type WriteOp interface{ op() }

type (
	// AddContact stores a new contact; SetContact replaces one.
	AddContact struct{ Contact Contact }
	SetContact struct{ Contact Contact }

	// AddIdentity stores a new identity; SetIdentity replaces one.
	AddIdentity struct{ Identity Identity }
	SetIdentity struct{ Identity Identity }

	// AddConversation stores a new conversation and gives it its number.
	AddConversation struct{ Conversation Conversation }

	// SetConversation replaces Was, as it was loaded and locked, by Now.
	SetConversation struct{ Was, Now Conversation }

	// AddMessage stores a new message and indexes its text; SetMessage replaces
	// one and indexes it anew.
	AddMessage struct{ Message Message }
	SetMessage struct{ Message Message }

	// Park keeps news until its message appears, unless it is kept already since
	// an earlier round of its hook; Unpark deletes it.
	Park   struct{ Parked Parked }
	Unpark struct{ ID ID }

	// AddOutbound puts a message into its lane; SetOutbound moves it;
	// DropOutbound takes it out.
	AddOutbound  struct{ Outbound Outbound }
	SetOutbound  struct{ Outbound Outbound }
	DropOutbound struct{ Message ID }

	// AddAttempt notes a try; SetAttempt its outcome.
	AddAttempt struct{ Attempt Attempt }
	SetAttempt struct{ Attempt Attempt }

	// AddFile and SetFile write a file's row.
	AddFile struct{ File File }
	SetFile struct{ File File }

	// SetDeadline sets or moves a timer; ClearDeadline removes it.
	SetDeadline   struct{ Deadline Deadline }
	ClearDeadline struct {
		Kind        DeadlineKind
		SubjectType string
		Subject     ID
	}

	// AddAudit writes the audit trail.
	AddAudit struct{ Audit Audit }

	// Tell adds an entry to the change log that no other operation implies.
	Tell struct{ Change Change }
)

func (AddContact) op()      {}
func (SetContact) op()      {}
func (AddIdentity) op()     {}
func (SetIdentity) op()     {}
func (AddConversation) op() {}
func (SetConversation) op() {}
func (AddMessage) op()      {}
func (SetMessage) op()      {}
func (Park) op()            {}
func (Unpark) op()          {}
func (AddOutbound) op()     {}
func (SetOutbound) op()     {}
func (DropOutbound) op()    {}
func (AddAttempt) op()      {}
func (SetAttempt) op()      {}
func (AddFile) op()         {}
func (SetFile) op()         {}
func (SetDeadline) op()     {}
func (ClearDeadline) op()   {}
func (AddAudit) op()        {}
func (Tell) op()            {}

// StatusNote is one status as a provider reported it. Together they are the
// history of a message's ticks.
type StatusNote struct {
	Message    ID
	ExternalID string // of the try that it is about
	Status     Status
	At         time.Time
	Code       string
	Pricing    string // JSON as sent; ""
	Hook       ID
}
