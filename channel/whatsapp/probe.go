package whatsapp

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"parley/channel/meta"
	"parley/desk"
)

// Test implements channel.Driver. It names the fields as the API takes them:
// access_token, app_secret, waba_id, api_base_url, channels[i].phone_number_id and
// channels[i].phone_number. Nothing is said of the verify token of "cloud": it takes
// part in hooks only, and no call tells whether it is right.
func (d *Driver) Test(ctx context.Context, c desk.Connection, channels []desk.Channel) []desk.Finding {
	e, failure := endpointOf(c)
	if failure != nil {
		return []desk.Finding{{Field: failure.Code, Message: failure.Text}}
	}
	ctx, cancel := context.WithTimeout(ctx, d.testLimit)
	defer cancel()
	p := &probe{driver: d, endpoint: e, account: c.AccountID, channels: channels}
	if c.Provider == Dialog360 {
		if p.dialog360(ctx, c.Secrets.HookSecret, c.HookURL) {
			p.register(ctx, c.Secrets.HookSecret, c.HookURL)
		}
		return p.findings
	}
	if p.numbers(ctx) {
		p.appSecret(ctx, c.Secrets)
		p.accountNumbers(ctx)
		p.subscription(ctx)
	}
	return p.findings
}

// probe gathers what a test finds.
type probe struct {
	driver   *Driver
	endpoint endpoint
	account  string
	channels []desk.Channel
	findings []desk.Finding
	tokenOK  bool
	wrongID  []bool // by channel: Meta does not know the number
}

func (p *probe) found(ok bool, field, code, format string, args ...any) {
	p.findings = append(p.findings, desk.Finding{
		Field: field, OK: ok, Code: code, Message: fmt.Sprintf(format, args...),
	})
}

// get reads one node; right reports whether what was read is an answer to the
// question. It reports false after a finding that makes going on pointless: no
// connection, or no valid token.
func (p *probe) get(ctx context.Context, path string, into any, right func() bool) (failure *desk.SendError, goOn bool) {
	call, cancel := context.WithTimeout(ctx, p.driver.testLimit/2)
	defer cancel()
	answer, failure := p.driver.call(call, p.endpoint, http.MethodGet, path, nil)
	host := p.endpoint.base.Host
	switch {
	case call.Err() != nil && p.tokenOK:
		p.found(false, "", "timeout", "WhatsApp answers too slowly, so the test was ended before everything was asked. Test again later.")
		return failure, false
	case call.Err() != nil:
		p.found(false, "api_base_url", "timeout", "The server at %s did not answer in time. Check the API address and this server's connection to the internet, or test again later.", host)
		return failure, false
	case failure == nil && (json.Unmarshal(meta.Clean(answer.Body), into) != nil || !right()):
		api := "the Graph API"
		if p.endpoint.provider == Dialog360 {
			api = "360dialog's API"
		}
		p.found(false, "api_base_url", "answer", "The server at %s is not %s: it does not answer as WhatsApp does. Check the API address.", host, api)
		return nil, false
	case failure == nil:
		if !p.tokenOK {
			p.tokenOK = true
			p.found(true, "access_token", "", "The access token is valid.")
		}
		return nil, true
	case answer.Status == 0:
		p.found(false, "api_base_url", failure.Code, "The server at %s could not be reached (%s). Check the API address and this server's connection to the internet.", host, failure.Detail)
		return failure, false
	}
	g, isGraph := meta.ReadGraphError(answer.Body)
	switch {
	case isGraph && (g.Code == 190 || g.Code == 0) || answer.Status == http.StatusUnauthorized:
		p.found(false, "access_token", failure.Code, "The access token was refused: %s Create a new one and enter it here.", sentence(failure.Detail))
		return failure, false
	case isGraph && failure.Kind == desk.Reconnect && failure.Text == textPermission:
		p.found(false, "access_token", failure.Code, "The access token lacks a permission: %s It needs whatsapp_business_messaging and whatsapp_business_management.", sentence(failure.Detail))
		return failure, false
	case !isGraph && answer.Status < 500 && answer.Status != http.StatusTooManyRequests:
		p.found(false, "api_base_url", failure.Code, "The server at %s does not answer as WhatsApp does. Check the API address.", host)
		return failure, false
	case g.Code == 100 || g.Code == 33 || failure.Kind == desk.Permanent:
		return failure, true // the node is not there
	}
	p.found(false, "", failure.Code, "WhatsApp could not say whether this is right. %s", failure.Text)
	return failure, false
}

type phoneNode struct {
	ID      meta.Scalar `json:"id"`
	Display meta.Scalar `json:"display_phone_number"`
	Name    string      `json:"verified_name"`
}

// numbers asks for each number by its id.
func (p *probe) numbers(ctx context.Context) (goOn bool) {
	p.wrongID = make([]bool, len(p.channels))
	for i, ch := range p.channels {
		idField := fmt.Sprintf("channels[%d].phone_number_id", i)
		if !plainID(ch.ExternalID) {
			p.wrongID[i] = true
			p.found(false, idField, "", "The phone number id is missing or is not an id: it is a row of digits in the WhatsApp Manager, not the number itself.")
			continue
		}
		var n phoneNode
		failure, goOn := p.get(ctx, "/"+ch.ExternalID+"?fields=id,display_phone_number,verified_name", &n, func() bool { return string(n.ID) == ch.ExternalID })
		switch {
		case !goOn:
			return false
		case failure != nil:
			p.wrongID[i] = true
			p.found(false, idField, failure.Code, "WhatsApp does not know this phone number id, or the access token may not see it: %s", sentence(failure.Detail))
			continue
		}
		display := digitsOf(string(n.Display))
		if want := digitsOf(ch.Address); want != "" && display != "" && want != display {
			p.found(false, fmt.Sprintf("channels[%d].phone_number", i), "", "The phone number id belongs to +%s, not to %s. Correct the number or the id.", display, ch.Address)
			continue
		}
		p.found(true, idField, "", "The number +%s is known to WhatsApp as %q.", display, n.Name)
	}
	return true
}

// appSecret asks with a proof that is made with the app secret. Meta checks it
// against the app that the access token was made for.
func (p *probe) appSecret(ctx context.Context, s desk.Secrets) {
	node := p.account
	for i, ch := range p.channels {
		if !p.wrongID[i] {
			node = ch.ExternalID
			break
		}
	}
	if s.AppSecret == "" || !plainID(node) {
		return
	}
	call, cancel := context.WithTimeout(ctx, p.driver.testLimit/2)
	defer cancel()
	answer, failure := p.driver.call(call, p.endpoint, http.MethodGet, "/"+node+"?fields=id&appsecret_proof="+meta.Proof(s.AppSecret, s.AccessToken), nil)
	if failure == nil {
		p.found(true, "app_secret", "", "The app secret is the one of the access token's app.")
		return
	}
	// Whatever else was refused, the other questions say it.
	if g, ok := meta.ReadGraphError(answer.Body); ok && strings.Contains(g.Message, "appsecret_proof") {
		p.found(false, "app_secret", failure.Code, "This is not the secret of the app that the access token was made for, so all messages that customers send would be refused. Copy it from Meta's App dashboard, App settings, Basic, of that app.")
	}
}

// maxPages bounds the walk through an account's numbers, 100 on each page.
const maxPages = 20

// accountNumbers asks which numbers the account has.
func (p *probe) accountNumbers(ctx context.Context) {
	if !plainID(p.account) {
		p.found(false, "waba_id", "", "The WhatsApp Business Account id is missing or is not an id.")
		return
	}
	ids := map[string]bool{}
	byDigits := map[string]string{}
	after := ""
	for range maxPages {
		var list struct {
			Data   []phoneNode `json:"data"`
			Paging struct {
				Cursors struct {
					After string `json:"after"`
				} `json:"cursors"`
				Next string `json:"next"`
			} `json:"paging"`
		}
		path := "/" + p.account + "/phone_numbers?fields=id,display_phone_number&limit=100"
		if after != "" {
			path += "&after=" + url.QueryEscape(after)
		}
		failure, goOn := p.get(ctx, path, &list, func() bool { return list.Data != nil })
		if !goOn {
			return
		}
		if failure != nil {
			p.found(false, "waba_id", failure.Code, "WhatsApp does not know this account id, or the access token may not see it: %s", sentence(failure.Detail))
			return
		}
		for _, n := range list.Data {
			ids[string(n.ID)] = true
			byDigits[digitsOf(string(n.Display))] = string(n.ID)
		}
		after = list.Paging.Cursors.After
		if list.Paging.Next == "" || after == "" {
			break
		}
	}
	p.compare(ids, byDigits)
}

// compare says which of the connection's numbers the account does not have.
func (p *probe) compare(ids map[string]bool, byDigits map[string]string) {
	elsewhere, known := 0, 0
	for i, ch := range p.channels {
		if p.wrongID[i] {
			if id, ok := byDigits[digitsOf(ch.Address)]; ok && ch.Address != "" {
				p.found(false, fmt.Sprintf("channels[%d].phone_number_id", i), "", "In this account the number %s has the id %s.", ch.Address, id)
			}
			continue
		}
		known++
		if !ids[ch.ExternalID] {
			elsewhere++
		}
	}
	if known > 0 && elsewhere == known {
		p.found(false, "waba_id", "", "The account exists, but none of the phone numbers is in it. Check the WhatsApp Business Account id.")
		return
	}
	for i, ch := range p.channels {
		if !p.wrongID[i] && !ids[ch.ExternalID] {
			p.found(false, fmt.Sprintf("channels[%d].phone_number_id", i), "", "This number belongs to another WhatsApp Business Account. Connect it on its own.")
		}
	}
	p.found(true, "waba_id", "", "The account is known to WhatsApp; phone numbers in it: %d.", len(ids))
}

// subscription asks whether Meta sends the account's hooks to any app.
func (p *probe) subscription(ctx context.Context) {
	if !plainID(p.account) {
		return
	}
	var list struct {
		Data []json.RawMessage `json:"data"`
	}
	failure, goOn := p.get(ctx, "/"+p.account+"/subscribed_apps", &list, func() bool { return list.Data != nil })
	if failure == nil && goOn && len(list.Data) == 0 {
		p.found(false, "waba_id", "not_subscribed", "No app is subscribed to this account, so no messages will arrive. Subscribe your app to the account in Meta's app dashboard.")
	}
}

// dialog360 asks 360dialog for the hook's address, the one thing that the key
// can be tried on without a message. It sends a secret header with hooks only
// when it was told to. The answer is whether to register our address: the key is
// right, the address is known, and what is registered is not it.
func (p *probe) dialog360(ctx context.Context, hookSecret, ours string) (register bool) {
	var hook struct {
		URL     string            `json:"url"`
		Headers map[string]string `json:"headers"`
	}
	failure, goOn := p.get(ctx, "/v1/configs/webhook", &hook, func() bool { return true })
	right := hook.URL != "" && (ours == "" || hook.URL == ours) && (hook.Headers == nil || hasHookSecret(hook.Headers, hookSecret))
	switch {
	case !goOn, failure == nil && right:
	case failure == nil && ours != "":
		return true
	case failure != nil:
		p.found(false, "access_token", failure.Code, "360dialog refused the key: %s", sentence(failure.Detail))
	case hook.URL == "":
		p.found(false, "hook_path", "not_subscribed", "360dialog has no hook address for this number, so no messages will arrive. Start the server with PARLEY_PUBLIC_URL and test again: Parley then registers its address.")
	case hook.Headers != nil && !hasHookSecret(hook.Headers, hookSecret):
		p.found(false, "hook_path", "no_hook_secret", "360dialog does not send the header %s with the right value, so every hook is refused. Start the server with PARLEY_PUBLIC_URL and test again: Parley then registers its address with this header.", HookSecretHeader)
	}
	return false
}

// register gives 360dialog our address and the header that proves its hooks, the
// one thing by which they can be told from forged ones (docs.360dialog.com,
// "Webhooks", 2026).
func (p *probe) register(ctx context.Context, secret, ours string) {
	body, err := json.Marshal(map[string]any{"url": ours, "headers": map[string]string{HookSecretHeader: secret}})
	if err != nil {
		p.found(false, "hook_path", "", "The hook address could not be registered: %v", err)
		return
	}
	if _, failure := p.driver.call(ctx, p.endpoint, http.MethodPost, "/v1/configs/webhook", body); failure != nil {
		p.found(false, "hook_path", failure.Code, "360dialog did not take the hook address: %s Test again later.", sentence(failure.Detail))
		return
	}
	var hook struct {
		URL string `json:"url"`
	}
	if failure, goOn := p.get(ctx, "/v1/configs/webhook", &hook, func() bool { return hook.URL == ours }); failure == nil && goOn {
		p.found(true, "hook_path", "", "The hook address %s is registered at 360dialog.", ours)
	}
}

func hasHookSecret(headers map[string]string, secret string) bool {
	for name, value := range headers {
		if http.CanonicalHeaderKey(name) == HookSecretHeader {
			return meta.SecretEqual(secret, value)
		}
	}
	return false
}

// sentence ends the provider's words so that ours can follow.
func sentence(s string) string {
	switch {
	case s == "":
		return "it gave no reason."
	case s[len(s)-1] == '.' || s[len(s)-1] == '!':
		return s
	}
	return s + "."
}
