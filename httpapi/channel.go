package httpapi

import (
	"time"

	"parley/desk"
)

// Channel is one address that customers write to.
type Channel struct {
	ID           string      `json:"id"`
	ConnectionID string      `json:"connection_id"`
	Kind         ChannelKind `json:"kind"`
	Name         string      `json:"name"`
	Address      string      `json:"address" doc:"What a person would call it: a phone number, a page, a site."`
	PhoneNumber  *string     `json:"phone_number" doc:"E.164 with +; null for channels without one."`
	Removed      bool        `json:"removed" doc:"Was disconnected: its conversations can be read, nothing is sent or received."`
}

// EncodeChannel brings a channel into the form of the API.
func EncodeChannel(c desk.Channel) Channel {
	e := Channel{ID: c.ID.String(), ConnectionID: c.Connection.String(), Kind: ChannelKind(c.Kind), Name: c.Name, Address: c.Address, Removed: !c.RemovedAt.IsZero()}
	if c.Kind == desk.WhatsApp {
		e.PhoneNumber = orNil(c.Address)
	}
	return e
}

// Connection is an account at a provider. Its secrets are never told.
type Connection struct {
	ID         string              `json:"id"`
	Kind       ChannelKind         `json:"kind"`
	Provider   string              `json:"provider" enum:"cloud,360dialog"`
	Name       string              `json:"name"`
	WABAID     string              `json:"waba_id" doc:"WhatsApp Business Account ID."`
	APIBaseURL *string             `json:"api_base_url" doc:"null: the provider's own."`
	HookPath   string              `json:"hook_path" doc:"Where the provider sends its hooks, below the server's public address."`
	HookURL    *string             `json:"hook_url" doc:"The whole address; null when the server was not told its public one."`
	State      string              `json:"state" enum:"ok,reconnect" doc:"reconnect: nothing can be sent until an admin mends it."`
	StateText  *string             `json:"state_text" doc:"What is wrong and what to do."`
	Channels   []ConnectionChannel `json:"channels"`
	CreatedAt  time.Time           `json:"created_at"`

	TestedAt     *time.Time `json:"tested_at" doc:"The last test since the connection was changed; null: none."`
	TestText     *string    `json:"test_text" doc:"What that test found wrong and what to do; null: nothing."`
	RefusedHooks int64      `json:"refused_hooks" doc:"Deliveries that were refused because their signature, or with 360dialog their secret header, was wrong or missing: since the secrets were changed, or a test found nothing wrong."`
	RefusedAt    *time.Time `json:"refused_at" doc:"The last of them."`
}

// ConnectionChannel is one phone number of a connection.
type ConnectionChannel struct {
	ID            string `json:"id"`
	PhoneNumberID string `json:"phone_number_id"`
	PhoneNumber   string `json:"phone_number"`
	Name          string `json:"name"`

	State     string  `json:"state" enum:"ok,reconnect" doc:"reconnect: nothing can be sent from this number until an admin mends it; others of the connection are not affected."`
	StateText *string `json:"state_text" doc:"What is wrong and what to do."`
}

func (s *API) encodeConnection(c desk.Connection, channels []desk.Channel) Connection {
	c = s.refused.with(c)
	e := Connection{
		ID: c.ID.String(), Kind: ChannelKind(c.Kind), Provider: c.Provider, Name: c.Name, WABAID: c.AccountID,
		APIBaseURL: orNil(c.APIBaseURL), HookPath: "/hooks/" + c.Key, State: c.State, StateText: orNil(c.StateText),
		Channels: []ConnectionChannel{}, CreatedAt: c.CreatedAt,
		TestedAt: timeOrNil(c.TestedAt), TestText: orNil(c.TestText), RefusedHooks: c.RefusedHooks, RefusedAt: timeOrNil(c.RefusedAt),
	}
	if s.cfg.PublicURL != "" {
		url := s.cfg.PublicURL + e.HookPath
		e.HookURL = &url
	}
	for _, ch := range channels {
		if ch.Connection == c.ID && ch.RemovedAt.IsZero() {
			e.Channels = append(e.Channels, ConnectionChannel{ID: ch.ID.String(), PhoneNumberID: ch.ExternalID, PhoneNumber: ch.Address, Name: ch.Name, State: ch.State, StateText: orNil(ch.StateText)})
		}
	}
	return e
}

// Finding is one result of testing a connection.
type Finding struct {
	Field   string  `json:"field" doc:"The input that it is about, such as access_token or channels[0].phone_number_id."`
	OK      bool    `json:"ok"`
	Code    *string `json:"code" doc:"The provider's code."`
	Message string  `json:"message" doc:"What was found and what to do."`
}

// TestResult sums up the test of a connection.
type TestResult struct {
	OK       bool      `json:"ok"`
	Findings []Finding `json:"findings"`
}

func encodeFindings(found []desk.Finding) TestResult {
	r := TestResult{OK: true, Findings: []Finding{}}
	for _, f := range found {
		r.OK = r.OK && f.OK
		r.Findings = append(r.Findings, Finding{Field: f.Field, OK: f.OK, Code: orNil(f.Code), Message: f.Message})
	}
	return r
}
