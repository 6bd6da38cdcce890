package whatsapp

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"

	"parley/channel/meta"
	"parley/desk"
)

// Addresses of the providers. A connection's APIBaseURL replaces them and is
// used as it is given: Meta answers with and without a version in the path.
const (
	cloudBaseURL     = "https://graph.facebook.com/v24.0"
	dialog360BaseURL = "https://waba-v2.360dialog.io"
)

const dialog360KeyHeader = "D360-API-KEY"

// endpoint is where and as whom a connection's requests are made.
type endpoint struct {
	provider string
	base     *url.URL
	token    string
	secrets  []string
}

// endpointOf checks the connection's address and token before anything leaves.
func endpointOf(c desk.Connection) (endpoint, *desk.SendError) {
	e := endpoint{
		provider: c.Provider,
		token:    c.Secrets.AccessToken,
		secrets:  []string{c.Secrets.AccessToken, c.Secrets.AppSecret, c.Secrets.VerifyToken, c.Secrets.HookSecret},
	}
	address := c.APIBaseURL
	switch c.Provider {
	case Cloud:
		fill(&address, cloudBaseURL)
	case Dialog360:
		fill(&address, dialog360BaseURL)
	default:
		return e, reconnect("provider", "The connection's provider is neither cloud nor 360dialog. An admin needs to connect the number again.")
	}
	if strings.TrimSpace(e.token) == "" {
		return e, reconnect("access_token", "The connection has no access token. An admin needs to enter one in its settings.")
	}
	base, err := url.Parse(strings.TrimRight(address, "/"))
	if err != nil || base.Host == "" || base.Scheme != "https" && base.Scheme != "http" ||
		base.User != nil || base.RawQuery != "" || base.Fragment != "" {
		return e, reconnect("api_base_url", "The connection's API address is not one: it should look like https://graph.facebook.com/v24.0. An admin needs to correct it.")
	}
	e.base = base
	return e, nil
}

func reconnect(code, text string) *desk.SendError {
	return &desk.SendError{Kind: desk.Reconnect, Code: code, Text: text}
}

// number returns the path of what belongs to a phone number: Meta puts the
// number's id in front, 360dialog knows it by the key.
func (e endpoint) number(ch desk.Channel, what string) (string, *desk.SendError) {
	if e.provider == Dialog360 {
		return what, nil
	}
	if !plainID(ch.ExternalID) {
		return "", reconnect("phone_number_id", "The number's phone number id is missing or is not an id. An admin needs to correct it in the connection's settings.")
	}
	return "/" + ch.ExternalID + what, nil
}

// plainID keeps ids from changing the path that they are put into.
func plainID(id string) bool {
	for _, r := range id {
		if (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && r != '_' && r != '-' {
			return false
		}
	}
	return id != ""
}

func (e endpoint) request(ctx context.Context, method, path string, body []byte) (*http.Request, error) {
	var reader io.Reader
	if body != nil {
		reader = bytes.NewReader(body)
	}
	req, err := http.NewRequestWithContext(ctx, method, e.base.String()+path, reader)
	if err != nil {
		return nil, err
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	e.authorize(req)
	return req, nil
}

func (e endpoint) authorize(req *http.Request) {
	if e.provider == Dialog360 {
		req.Header.Set(dialog360KeyHeader, e.token)
		return
	}
	req.Header.Set("Authorization", "Bearer "+e.token)
}

// Lengths of foreign texts in bytes.
const (
	maxDetail   = 1 << 10
	maxResponse = 32 << 10
)

// readable makes a foreign text fit to be stored and shown: no secrets (Meta
// quotes a malformed token in its error), no NUL, no invalid UTF-8, not endless.
func (e endpoint) readable(s string, limit int) string {
	for _, secret := range e.secrets {
		if len(secret) >= 8 {
			s = strings.ReplaceAll(s, secret, "[secret]")
		}
	}
	if len(s) > limit {
		s = s[:limit] + "…"
	}
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}

func (e endpoint) detail(s string) string { return e.readable(s, maxDetail) }

// call makes one request and classes what came of it. The answer is there when
// the error is nil, which means that its status is of the 200s.
func (d *Driver) call(ctx context.Context, e endpoint, method, path string, body []byte) (meta.Answer, *desk.SendError) {
	req, err := e.request(ctx, method, path, body)
	if err != nil {
		return meta.Answer{}, reconnect("api_base_url", "The connection's API address cannot be used. An admin needs to correct it.")
	}
	return d.do(e, req)
}

func (d *Driver) do(e endpoint, req *http.Request) (meta.Answer, *desk.SendError) {
	answer, err := meta.Call(d.client, req)
	if err != nil {
		return meta.Answer{}, e.unanswered(err)
	}
	if !answer.OK() {
		return answer, e.refused(answer, d.now())
	}
	return answer, nil
}
