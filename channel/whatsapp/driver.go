package whatsapp

import (
	"net/http"
	"time"

	"parley/channel"
	"parley/channel/meta"
	"parley/desk"
)

// Providers of desk.Connection.Provider.
const (
	Cloud     = "cloud"
	Dialog360 = "360dialog"
)

// HookSecretHeader carries Secrets.HookSecret in hooks from 360dialog. 360dialog
// does not sign; it sends the headers that were registered with the hook's
// address (POST /v1/configs/webhook {"url": ..., "headers": {...}}), which makes
// this the only proof of origin.
const HookSecretHeader = "X-Parley-Hook-Secret"

// Config of a Driver.
type Config struct {
	// Client makes all requests. It must refuse addresses that a connection's
	// api_base_url may not reach; redirects are never followed, whatever its
	// CheckRedirect says. Required.
	Client *http.Client

	// Now tells the time, for the expiry of uploads. Default time.Now.
	Now func() time.Time

	// MaxDownload is the size in bytes above which Fetch refuses a file.
	// Default 100 MiB, the most that WhatsApp takes from a customer.
	MaxDownload int64

	// TestLimit bounds Test, and half of it each of its calls. Default 20 s.
	TestLimit time.Duration
}

var _ channel.Driver = (*Driver)(nil)

// Driver is WhatsApp's channel.Driver.
type Driver struct {
	client      *http.Client
	now         func() time.Time
	maxDownload int64
	testLimit   time.Duration
}

// New makes a Driver. It panics without a client: a default one would reach
// everything that this machine can reach.
func New(cfg Config) *Driver {
	if cfg.Client == nil {
		panic("whatsapp: Config.Client is required")
	}
	client := *cfg.Client
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	d := &Driver{client: &client, now: cfg.Now, maxDownload: cfg.MaxDownload, testLimit: cfg.TestLimit}
	if d.now == nil {
		d.now = time.Now
	}
	if d.maxDownload <= 0 {
		d.maxDownload = 100 << 20
	}
	if d.testLimit <= 0 {
		d.testLimit = 20 * time.Second
	}
	return d
}

// Verify implements channel.Driver.
func (d *Driver) Verify(c desk.Connection, query map[string][]string) (answer string, ok bool) {
	return meta.Challenge(c.Secrets.VerifyToken, query)
}

// Authentic implements channel.Driver: Meta signs the body with the app secret,
// 360dialog sends a secret header.
func (d *Driver) Authentic(c desk.Connection, header http.Header, body []byte) bool {
	switch c.Provider {
	case Cloud:
		return meta.Authentic(c.Secrets.AppSecret, header, body)
	case Dialog360:
		values := header.Values(HookSecretHeader)
		return len(values) == 1 && meta.SecretEqual(c.Secrets.HookSecret, values[0])
	}
	return false
}
