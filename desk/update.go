package desk

import (
	"encoding/json"
	"time"
)

// Update is one thing that a provider told us: a message, a status, a changed
// field. A hook's body is parsed into a list of them in the order of the body,
// and each is applied on its own, so that a bad one spoils no other.
type Update struct {
	Account string    // the provider's account id (WABA id), "" when not given
	Channel string    // the provider's id of the channel (phone number id); "" for the account's own news
	Field   string    // the provider's name of the field, for people who look at the ledger
	At      time.Time // provider time; zero when it gave none
	News    News
}

// News is what happened. The types below are all there are.
type News interface{ news() }

// Sender is how a provider names a person. Any field may be empty, not all.
type Sender struct {
	Phone    string // E.164 with +
	UserID   string // business-scoped user id (BSUID), page-scoped id, visitor id
	ParentID string // parent BSUID of linked portfolios
	Username string
	Name     string // profile name
}

// MediaRef points at a file that still lies with the provider.
type MediaRef struct {
	ProviderID string // kept 7 days by WhatsApp
	URL        string // lives 5 minutes and needs the access token; may be empty
	MIME       string // as claimed
	SHA256     string // as claimed, as the provider writes it
	Name       string // file name of a document
}

// InboundMessage is a message from a customer, or, when Echo is set, one that
// the business wrote in another app on the same number.
type InboundMessage struct {
	ExternalID string
	From       Sender // with Echo: the customer that it went to
	Echo       bool
	Type       MessageType
	Text       string
	Content    Content
	Media      *MediaRef
	ReplyTo    string // external id of the quoted message
	Opens      bool   // opens the 24 h service window, as the customer's messages, taps and calls do
}

// StatusNews is a tick of a message that we sent, or its failure.
type StatusNews struct {
	ExternalID string
	Status     Status // sent, delivered, read, played or failed
	To         Sender
	Witness    string // the reference that we sent along, when it came back
	Failure    *SendError
	Pricing    json.RawMessage `json:",omitempty"` // the provider's pricing and conversation objects, as sent
}

// ReactionNews is an emoji put on a message or taken back (Emoji "").
type ReactionNews struct {
	From       Sender
	Echo       bool
	ExternalID string // of the reaction itself
	Target     string // external id of the message
	Emoji      string
}

// EditNews replaces the text of an earlier message.
type EditNews struct {
	From       Sender
	Echo       bool
	ExternalID string // of the edit itself
	Target     string
	Message    InboundMessage
}

// RevokeNews withdraws an earlier message.
type RevokeNews struct {
	From       Sender
	Echo       bool
	ExternalID string
	Target     string
}

// AddressNews says that a person's address changed: a phone number
// (user_changed_number) or a business-scoped user id (user_changed_user_id,
// user_id_update). A customer_identity_changed has Old and New equal.
type AddressNews struct {
	ExternalID string // "" for fields without one
	Old, New   Sender
	Kind       string // "number_changed", "user_id_changed", "identity_changed"
	Text       string // the provider's sentence
}

// PreferenceNews is a customer's wish about marketing messages.
type PreferenceNews struct {
	From   Sender
	Value  string // "stop" or "resume"
	Detail string
}

// AccountNews is news of the account, its numbers or its templates. It is kept
// and listed, and changes no conversation.
type AccountNews struct {
	Summary string // one readable line without personal data
	Data    json.RawMessage
	Verdict Verdict // "" when it means nothing for the connection
	Text    string  // what happened and what to do, for admins; with VerdictCleared the one text that is over, "" for whatever there is
}

// Verdict is what news of an account means for its connection.
type Verdict string

const (
	VerdictStopped Verdict = "stopped" // nothing can be sent until an admin acts
	VerdictWarned  Verdict = "warned"  // it works, perhaps only in part
	VerdictCleared Verdict = "cleared" // what was wrong is over
)

// IgnoredNews is a part of a hook that we know and have no use for.
type IgnoredNews struct{ Reason string }

// BadNews is a part of a hook that cannot be read.
type BadNews struct{ Reason string }

func (InboundMessage) news() {}
func (StatusNews) news()     {}
func (ReactionNews) news()   {}
func (EditNews) news()       {}
func (RevokeNews) news()     {}
func (AddressNews) news()    {}
func (PreferenceNews) news() {}
func (AccountNews) news()    {}
func (IgnoredNews) news()    {}
func (BadNews) news()        {}
