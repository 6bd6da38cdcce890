package channeltest

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"parley/desk"
)

// testAuthentic: the proof as the provider makes it is taken, and nothing that
// is only near it.
func testAuthentic(t *testing.T, s Subject) {
	d := s.New(offline())
	conn := s.Connection(nowhere)
	for name, body := range s.Hooks {
		if !d.Authentic(conn, s.Sign(conn, body), body) {
			t.Errorf("%s: a hook with the provider's own proof is refused", name)
		}
	}
	body := anyOf(t, s.Hooks)
	good := s.Sign(conn, body)
	for name, header := range forgeries(good) {
		if d.Authentic(conn, header, body) {
			t.Errorf("%s: a hook with headers %v is taken", name, header)
		}
	}
	for name, other := range otherSecrets(s, conn) {
		if d.Authentic(conn, s.Sign(other, body), body) {
			t.Errorf("%s: a hook signed with another connection's secret is taken", name)
		}
	}
	if s.SignsBody {
		for name, changed := range changedBodies(body) {
			if d.Authentic(conn, good, changed) {
				t.Errorf("%s: a body that was changed after signing is taken", name)
			}
		}
		if d.Authentic(conn, s.Sign(conn, nil), body) {
			t.Error("the signature of the empty body is taken for another")
		}
	}
	unsigned := conn
	s.Unsigned(&unsigned)
	for name, header := range map[string]http.Header{
		"own proof": s.Sign(unsigned, body), "old proof": good, "none": {},
	} {
		if d.Authentic(unsigned, header, body) {
			t.Errorf("%s: a connection without a secret takes a hook", name)
		}
	}
	foreign := conn
	foreign.Provider = "nobody"
	if d.Authentic(foreign, good, body) {
		t.Error("a connection of an unknown provider takes a hook")
	}
}

// forgeries returns headers that are near to the good ones.
func forgeries(good http.Header) map[string]http.Header {
	out := map[string]http.Header{"no headers": {}, "nil headers": nil}
	for name, values := range good {
		v := values[0]
		prefix, digits, hasPrefix := strings.Cut(v, "=")
		put := func(what string, values ...string) {
			h := good.Clone()
			h[name] = values
			out[name+" "+what] = h
		}
		put("without a value")
		put("empty", "")
		put("a space", " ")
		put("cut short", v[:len(v)-1])
		put("cut at the front", v[1:])
		put("halved", v[:len(v)/2])
		put("longer", v+"0")
		put("longer by zero bytes", v+"\x00")
		put("twice in one", v+v)
		put("twice", v, v)
		put("twice in a list", v+","+v)
		put("good after bad", strings.Repeat("0", len(v)), v)
		put("good before bad", v, strings.Repeat("0", len(v)))
		put("a space before", " "+v)
		put("a space after", v+" ")
		put("a line end", v+"\n")
		put("quoted", `"`+v+`"`)
		put("first byte", flip(v, 0))
		put("middle byte", flip(v, len(v)/2))
		put("last byte", flip(v, len(v)-1))
		put("zeros", strings.Repeat("0", len(v)))
		put("not ASCII", strings.Repeat("é", len(v)/2))
		put("the name itself", name)
		if upper := strings.ToUpper(v); upper != v {
			put("upper case", upper)
		}
		if hasPrefix {
			put("without its prefix", digits)
			put("only its prefix", prefix+"=")
			put("another prefix", "sha1="+digits)
			put("prefix in upper case", strings.ToUpper(prefix)+"="+digits)
			put("prefix with another sign", prefix+":"+digits)
			put("prefix twice", prefix+"="+v)
			put("hidden after another", prefix+"="+strings.Repeat("0", len(digits))+","+v)
		}
		renamed := good.Clone()
		delete(renamed, name)
		renamed.Set("X-Other", v)
		out[name+" under another name"] = renamed
	}
	return out
}

func flip(s string, i int) string {
	b := []byte(s)
	b[i] ^= 1
	return string(b)
}

func changedBodies(body []byte) map[string][]byte {
	with := func(i int, c byte) []byte {
		b := append([]byte(nil), body...)
		b[i] ^= c
		return b
	}
	return map[string][]byte{
		"first byte":    with(0, 1),
		"middle byte":   with(len(body)/2, 1),
		"last byte":     with(len(body)-1, 1),
		"shorter":       body[:len(body)-1],
		"empty":         nil,
		"a line end":    append(append([]byte(nil), body...), '\n'),
		"a space ahead": append([]byte(" "), body...),
		"twice":         append(append([]byte(nil), body...), body...),
	}
}

func otherSecrets(s Subject, conn desk.Connection) map[string]desk.Connection {
	change := func(f func(string) string) desk.Connection {
		other := conn
		other.Secrets.AppSecret = f(other.Secrets.AppSecret)
		other.Secrets.HookSecret = f(other.Secrets.HookSecret)
		return other
	}
	return map[string]desk.Connection{
		"longer":     change(func(v string) string { return v + "x" }),
		"shorter":    change(func(v string) string { return strings.TrimSuffix(v, v[max(len(v)-1, 0):]) }),
		"other case": change(swapCase),
		"zero bytes": change(func(v string) string { return "\x00" + v }),
	}
}

func swapCase(s string) string {
	return strings.Map(func(r rune) rune {
		if upper := strings.ToUpper(string(r)); upper != string(r) {
			return []rune(upper)[0]
		}
		return []rune(strings.ToLower(string(r)))[0]
	}, s)
}

// testVerify: only the right token is answered, with the challenge as it came.
func testVerify(t *testing.T, s Subject) {
	d := s.New(offline())
	conn := s.Connection(nowhere)
	token := conn.Secrets.VerifyToken
	if token == "" {
		t.Skip("the provider does not verify by a token")
	}
	query := func(mode, token, challenge string) url.Values {
		return url.Values{"hub.mode": {mode}, "hub.verify_token": {token}, "hub.challenge": {challenge}}
	}
	answer, ok := d.Verify(conn, query("subscribe", token, "1158201444"))
	if !ok || answer != "1158201444" {
		t.Errorf("Verify with the right token = %q, %v", answer, ok)
	}
	bad := map[string]url.Values{
		"nothing":         {},
		"wrong token":     query("subscribe", token+"x", "1"),
		"shorter token":   query("subscribe", token[:len(token)-1], "1"),
		"empty token":     query("subscribe", "", "1"),
		"other mode":      query("unsubscribe", token, "1"),
		"no mode":         query("", token, "1"),
		"no challenge":    query("subscribe", token, ""),
		"huge challenge":  query("subscribe", token, strings.Repeat("x", 1<<20)),
		"several tokens":  {"hub.mode": {"subscribe"}, "hub.verify_token": {"x", token}, "hub.challenge": {"1"}},
		"tokens repeated": {"hub.mode": {"subscribe"}, "hub.verify_token": {token, token}, "hub.challenge": {"1"}},
	}
	for name, q := range bad {
		if answer, ok := d.Verify(conn, q); ok || answer != "" {
			t.Errorf("%s: Verify = %q, %v", name, answer, ok)
		}
	}
	conn.Secrets.VerifyToken = ""
	if answer, ok := d.Verify(conn, query("subscribe", "", "1")); ok {
		t.Errorf("a connection without a verify token answers %q", answer)
	}
}

func anyOf(t *testing.T, hooks map[string][]byte) []byte {
	t.Helper()
	for _, name := range sorted(hooks) {
		return hooks[name]
	}
	t.Fatal("the subject has no hooks")
	return nil
}
