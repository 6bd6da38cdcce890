package desk

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// NewConnection is the input of CreateConnection.
type NewConnection struct {
	Kind       Kind
	Provider   string
	Name       string
	AccountID  string
	APIBaseURL string
	Secrets    Secrets
	Channels   []NewChannel
}

// NewChannel is one phone number of a NewConnection.
type NewChannel struct {
	ID         ID     // of the connection's channel that is changed; 0: matched by ExternalID, or new
	ExternalID string // phone number id: digits
	Address    string // E.164
	Name       string
}

func (n *NewConnection) check() error {
	n.Name = strings.TrimSpace(Clean(n.Name))
	n.AccountID = strings.TrimSpace(n.AccountID)
	n.APIBaseURL = strings.TrimRight(strings.TrimSpace(n.APIBaseURL), "/")
	trim := func(ss ...*string) {
		for _, s := range ss {
			*s = strings.TrimSpace(*s)
		}
	}
	trim(&n.Secrets.AppSecret, &n.Secrets.VerifyToken, &n.Secrets.AccessToken, &n.Secrets.HookSecret)
	switch {
	case n.Kind != WhatsApp:
		return Invalid("kind", "%q cannot be connected. Use whatsapp.", string(n.Kind))
	case n.Provider != "cloud" && n.Provider != "360dialog":
		return Invalid("provider", "%q is not a provider. Use cloud (Meta) or 360dialog.", n.Provider)
	case n.Name == "" || utf8.RuneCountInString(n.Name) > maxName:
		return Invalid("name", "The name must have between 1 and %d characters.", maxName)
	case !digits(n.AccountID):
		return Invalid("waba_id", "The WhatsApp Business Account ID consists of digits. You find it in Meta's Business settings under Accounts, WhatsApp accounts.")
	case n.Provider == "cloud" && n.Secrets.AppSecret == "":
		return Invalid("app_secret", "The app secret is missing. You find it in Meta's App dashboard under App settings, Basic. Without it nobody can tell real webhooks from forged ones.")
	case n.Secrets.AccessToken == "":
		return Invalid("access_token", "The access token is missing.")
	case n.Provider == "cloud" && n.Secrets.VerifyToken == "":
		return Invalid("verify_token", "The verify token is missing. Choose any random text and enter the same at Meta.")
	case len(n.Channels) == 0:
		return Invalid("channels", "A connection needs at least one phone number.")
	}
	seen := map[string]bool{}
	for i := range n.Channels {
		c := &n.Channels[i]
		trim(&c.ExternalID, &c.Name)
		at := func(field string) string { return fmt.Sprintf("channels[%d].%s", i, field) }
		phone, ok := PhoneNumber(c.Address)
		switch {
		case !digits(c.ExternalID):
			return Invalid(at("phone_number_id"), "The phone number ID consists of digits. You find it in Meta's App dashboard under WhatsApp, API setup.")
		case !ok:
			return Invalid(at("phone_number"), "%q is not a phone number in international form, such as +421905111222.", c.Address)
		case seen[c.ExternalID]:
			return Invalid(at("phone_number_id"), "This phone number ID is given twice.")
		case utf8.RuneCountInString(c.Name) > maxName:
			return Invalid(at("name"), "The name may have at most %d characters.", maxName)
		}
		seen[c.ExternalID] = true
		c.Address, c.Name = phone, Clean(c.Name)
		if c.Name == "" {
			c.Name = phone
		}
	}
	return nil
}

func digits(s string) bool {
	return s != "" && len(s) <= 32 && strings.Trim(s, "0123456789") == ""
}

// PhoneNumber brings an international number to E.164: a plus and 6 to 15
// digits (ITU E.164; shorter ones are test numbers). Spaces, dots, dashes,
// slashes and brackets may stand between the digits. No country's code begins
// with 0, so a number that does is a national one and is refused.
func PhoneNumber(s string) (string, bool) {
	s = strings.TrimSpace(s)
	if rest, ok := strings.CutPrefix(s, "00"); ok {
		s = "+" + rest
	}
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == '+' && i == 0:
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case strings.ContainsRune(" .-/()\u00a0", r):
		default:
			return "", false
		}
	}
	if b.Len() < 6 || b.Len() > 15 || b.String()[0] == '0' {
		return "", false
	}
	return "+" + b.String(), true
}

// CreateConnection stores a connection with its channels. It calls nobody;
// testing is a step of its own. A channel that is connected already in the
// workspace is refused; one that was removed comes back with its history.
func (d *Desk) CreateConnection(ctx context.Context, a Actor, n NewConnection) (Connection, []Channel, error) {
	if err := a.require(MayConnect); err != nil {
		return Connection{}, nil, err
	}
	if err := n.check(); err != nil {
		return Connection{}, nil, err
	}
	if err := d.apiAddress(n.APIBaseURL); err != nil {
		return Connection{}, nil, err
	}
	if n.Provider == "360dialog" && n.Secrets.HookSecret == "" {
		n.Secrets.HookSecret = secret(32)
	}
	var c Connection
	var chs []Channel
	err := d.write(ctx, FromMembers, func(tx Tx, now time.Time) error {
		ws := a.Member.Workspace
		have, err := tx.LockChannels(ws)
		if err != nil {
			return err
		}
		c = Connection{
			ID: tx.NewID(), Workspace: ws, Kind: n.Kind, Provider: n.Provider, Name: n.Name, Key: secret(16),
			AccountID: n.AccountID, Portfolio: n.AccountID, APIBaseURL: n.APIBaseURL, Secrets: n.Secrets, State: "ok", CreatedAt: now,
		}
		chs = nil
		plan := Plan{AddAudit{Audit{ID: tx.NewID(), Workspace: ws, At: now, Member: a.Member.ID, Action: "connection.created", SubjectType: "connection", Subject: c.ID, Detail: c.Name}}}
		if err := tx.AddConnection(c, nil); err != nil {
			return err
		}
		for i, nc := range n.Channels {
			ch, err := c.join(tx, have, i, nc, now)
			if err != nil {
				return err
			}
			chs = append(chs, ch)
			plan = append(plan, Tell{Change{Workspace: ws, Kind: ChannelChanged, Channel: ch.ID, Subject: ch.ID}})
		}
		return tx.Apply(plan)
	})
	return c, chs, d.takenBy(ctx, a.Member.Workspace, err)
}

// SetConnection changes a connection. Empty secrets stay as they are, unless the
// API address leads to another server. Channels are matched by their id, else by
// their phone number id; new ones are added, and those that were removed come back
// with their history.
func (d *Desk) SetConnection(ctx context.Context, a Actor, id ID, n NewConnection) (Connection, []Channel, error) {
	if err := a.require(MayConnect); err != nil {
		return Connection{}, nil, err
	}
	c, err := d.store.Connection(ctx, a.Member.Workspace, id)
	if err != nil {
		return Connection{}, nil, err
	}
	n.Kind, n.Provider = c.Kind, c.Provider
	given := n.Secrets
	n.Secrets = given.over(c.Secrets)
	if err := n.check(); err != nil {
		return Connection{}, nil, err
	}
	if n.APIBaseURL != c.APIBaseURL {
		if err := d.apiAddress(n.APIBaseURL); err != nil {
			return Connection{}, nil, err
		}
	}
	var chs []Channel
	err = d.write(ctx, FromMembers, func(tx Tx, now time.Time) error {
		chs = nil
		ws := a.Member.Workspace
		if c, err = tx.LockConnection(id); err != nil {
			return err
		}
		if !c.RemovedAt.IsZero() {
			return notFound("The connection")
		}
		have, err := tx.LockChannels(ws)
		if err != nil {
			return err
		}
		before := c.Secrets
		c.Secrets, c.Sealed = given.over(c.Secrets), false
		if !sameServer(c.APIBaseURL, n.APIBaseURL) {
			if err := c.moved(given); err != nil {
				return err
			}
			c.Secrets.HookSecret = ""
		}
		// The portfolio stays: the customers' user ids are stored under it.
		c.Name, c.AccountID, c.APIBaseURL, c.State, c.StateText = n.Name, n.AccountID, n.APIBaseURL, "ok", ""
		c.TestedAt, c.TestText = time.Time{}, ""
		if c.Secrets != before {
			c.RefusedHooks, c.RefusedAt = 0, time.Time{}
		}
		if c.Provider == "360dialog" && c.Secrets.HookSecret == "" {
			c.Secrets.HookSecret = secret(32)
		}
		if err := tx.SetConnection(c); err != nil {
			return err
		}
		plan := Plan{AddAudit{Audit{ID: tx.NewID(), Workspace: ws, At: now, Member: a.Member.ID, Action: "connection.changed", SubjectType: "connection", Subject: c.ID, Detail: c.Name}}}
		for i, nc := range n.Channels {
			ch, err := c.join(tx, have, i, nc, now)
			if err != nil {
				return err
			}
			chs = append(chs, ch)
			plan = append(plan, Tell{Change{Workspace: ws, Kind: ChannelChanged, Channel: ch.ID, Subject: ch.ID}})
		}
		return tx.Apply(plan)
	})
	return c, chs, d.takenBy(ctx, a.Member.Workspace, err)
}
