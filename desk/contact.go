package desk

import (
	"cmp"
	"slices"
	"time"
)

// Contact is a customer. What a customer is reached by are identities; a
// contact may have no phone number.
type Contact struct {
	ID        ID
	Workspace ID
	Name      string // given by a member; "" means ProfileName is shown
	Profile   string // what the customer calls themselves
	Username  string // the network's handle; shown and searched, never used to recognise anybody: it can be given up
	Note      string
	Marketing string // "", or the customer's last word to the network: "stop", "resume"

	MarketingAt time.Time // when they said it
	MergedInto  ID        // 0, or the contact that stands for this one
	CreatedAt   time.Time
	Version     int64
}

// IdentityKind says what sort of address an Identity is.
type IdentityKind string

const (
	ByPhone    IdentityKind = "phone"
	ByUserID   IdentityKind = "user_id"        // BSUID; scope is the portfolio
	ByParentID IdentityKind = "parent_user_id" // BSUID that portfolios of one business share; no scope
)

// Identity is one address of a contact. (Workspace, Kind, Scope, Value) is
// unique. A retired identity no longer belongs to the person: numbers are given
// to others, user ids are renewed.
type Identity struct {
	ID        ID
	Workspace ID
	Contact   ID
	Kind      IdentityKind
	Scope     string
	Value     string
	Retired   bool
	CreatedAt time.Time
}

// DisplayName is the name to show: the given one, else the profile's, else the
// user name, else the number, else what is left of the user id.
func DisplayName(c Contact, ids []Identity) string {
	if c.Name != "" {
		return c.Name
	}
	if c.Profile != "" {
		return c.Profile
	}
	if c.Username != "" {
		return "@" + c.Username
	}
	return cmp.Or(valueOf(ids, ByPhone), valueOf(ids, ByUserID))
}

// newest is the newest address of the kind: an older one beside it was renewed
// without news of that.
func newest(ids []Identity, kind IdentityKind) (n Identity) {
	for _, i := range ids {
		if i.Kind == kind && !i.Retired && i.ID >= n.ID {
			n = i
		}
	}
	return n
}

func valueOf(ids []Identity, kind IdentityKind) string { return newest(ids, kind).Value }

// Phone returns the contact's number among ids, or "".
func Phone(ids []Identity) string { return valueOf(ids, ByPhone) }

// UserID returns the contact's business-scoped user id among ids, or "".
func UserID(ids []Identity) string { return valueOf(ids, ByUserID) }

// reach is how a contact is written to on a channel whose user ids have this
// scope: a user id of another portfolio means nothing there. by is the address
// that the channel uses: the number, or without one the user id.
func reach(ids []Identity, portfolio string) (to Sender, by Identity) {
	here := slices.DeleteFunc(slices.Clone(ids), func(i Identity) bool { return i.Kind == ByUserID && i.Scope != portfolio })
	phone, user := newest(here, ByPhone), newest(here, ByUserID)
	if by = phone; by.ID == 0 {
		by = user
	}
	return Sender{Phone: phone.Value, UserID: user.Value}, by
}

// keys are the identities by which who is recognised, the surest first.
func (who Sender) keys(portfolio string) []Identity {
	var ks []Identity
	if who.UserID != "" {
		ks = append(ks, Identity{Kind: ByUserID, Scope: portfolio, Value: who.UserID})
	}
	if who.ParentID != "" {
		ks = append(ks, Identity{Kind: ByParentID, Value: who.ParentID})
	}
	if who.Phone != "" {
		ks = append(ks, Identity{Kind: ByPhone, Value: who.Phone})
	}
	return ks
}
