package desk

import (
	"cmp"
	"strings"
	"time"
)

// Kind of a channel.
type Kind string

const (
	WhatsApp  Kind = "whatsapp"
	Messenger Kind = "messenger"
	Webchat   Kind = "webchat"
	Email     Kind = "email"
)

// Connection is an account at a provider together with what opens it.
type Connection struct {
	ID         ID
	Workspace  ID
	Kind       Kind
	Provider   string // "cloud" or "360dialog"
	Name       string
	Key        string // names the connection in its hook path; random, not secret
	AccountID  string // WABA id
	Portfolio  string // scope of business-scoped user ids; the WABA id unless told otherwise
	APIBaseURL string // "" means the provider's own
	Secrets    Secrets
	Sealed     bool   // the secrets could not be decrypted and are empty here; not stored
	State      string // "ok", "reconnect"
	StateText  string // for admins: why it is not ok, or what to watch while it is
	CreatedAt  time.Time
	RemovedAt  time.Time // zero while in use

	TestedAt     time.Time // of the last test since it was changed; zero: none
	TestText     string    // for admins: what that test found wrong; "" when nothing
	RefusedHooks int64     // deliveries without the right signature or secret, since a change of the secrets or a test without fault
	RefusedAt    time.Time // of the last of them

	JudgedAt time.Time // of the latest news that stopped or cleared the account, by the provider; zero: none

	HookURL string // where the provider reaches us, as far as whoever asks knows; not stored
}

// Secrets of a connection. They are stored encrypted and never leave through
// the API, a log or an error.
type Secrets struct {
	AppSecret   string `json:"app_secret,omitempty"`   // cloud: key of the hooks' signature
	VerifyToken string `json:"verify_token,omitempty"` // answers the provider's GET
	AccessToken string `json:"access_token,omitempty"`
	HookSecret  string `json:"hook_secret,omitempty"` // 360dialog: value of the header that it sends with each hook
}

// over returns the given secrets, and for those not given the ones before.
func (s Secrets) over(before Secrets) Secrets {
	return Secrets{
		AppSecret: cmp.Or(strings.TrimSpace(s.AppSecret), before.AppSecret), VerifyToken: cmp.Or(strings.TrimSpace(s.VerifyToken), before.VerifyToken),
		AccessToken: cmp.Or(strings.TrimSpace(s.AccessToken), before.AccessToken), HookSecret: cmp.Or(strings.TrimSpace(s.HookSecret), before.HookSecret),
	}
}

// String hides the values from %v.
func (Secrets) String() string { return "[secrets]" }

// GoString hides the values from %#v.
func (Secrets) GoString() string { return "[secrets]" }

// Channel is one address that customers write to.
type Channel struct {
	ID         ID
	Workspace  ID
	Connection ID
	Kind       Kind
	Name       string
	Address    string // what a person would call it: +421905111222, a page, a site
	ExternalID string // the provider's id: the phone number id
	State      string // "ok", "reconnect": nothing can be sent from it, whatever its connection's state
	StateText  string // for admins: why it is not ok
	CreatedAt  time.Time
	RemovedAt  time.Time
}

// Finding is one result of testing a connection: which input field is wrong and
// what to do, or, with OK, what was found in order.
type Finding struct {
	Field   string // such as "access_token" or "channels[1].phone_number_id"
	OK      bool
	Code    string // the provider's code, "" when there is none
	Message string
}
