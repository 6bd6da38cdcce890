package meta

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"net/http"
	"strings"
)

// SignatureHeader carries "sha256=" and 64 lowercase hex digits: the HMAC-SHA256
// of the raw body under the app secret (Meta, "Create a webhook endpoint",
// read 2026-11-22). Meta signs the bytes that it sends, in which everything
// outside ASCII is written as \uXXXX; a body that was parsed and written again
// has another signature.
const SignatureHeader = "X-Hub-Signature-256"

const signaturePrefix = "sha256="

// Sign returns the value of SignatureHeader for a body.
func Sign(appSecret string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(appSecret))
	mac.Write(body)
	return signaturePrefix + hex.EncodeToString(mac.Sum(nil))
}

// Authentic reports whether the header's signature fits the raw body. It does
// not look into the body and compares in constant time. An empty secret signs
// nothing, and several signatures are none.
func Authentic(appSecret string, header http.Header, body []byte) bool {
	values := header.Values(SignatureHeader)
	if appSecret == "" || len(values) != 1 {
		return false
	}
	if len(values[0]) != len(signaturePrefix)+hex.EncodedLen(sha256.Size) {
		return false
	}
	return hmac.Equal([]byte(values[0]), []byte(Sign(appSecret, body)))
}

// Proof returns the appsecret_proof of a call with a token, by which Meta knows
// that the caller has the secret of the token's app: the HMAC-SHA256 of the token
// under it in hex. A wrong one is refused with code 100, whether or not the app
// demands it (Meta, "Graph API: secure API calls", 2026).
func Proof(appSecret, token string) string {
	return strings.TrimPrefix(Sign(appSecret, []byte(token)), signaturePrefix)
}

// SecretEqual compares two secrets without telling by its duration where, or in
// which length, they differ. An empty secret equals nothing.
func SecretEqual(want, got string) bool {
	if want == "" {
		return false
	}
	w, g := sha256.Sum256([]byte(want)), sha256.Sum256([]byte(got))
	return subtle.ConstantTimeCompare(w[:], g[:]) == 1
}

const maxChallenge = 1024

// Challenge answers Meta's GET at a callback address: mode "subscribe", our
// verify token and a text to give back. The text is the caller's to send as
// text/plain, since anyone who knows the token chooses it.
func Challenge(verifyToken string, query map[string][]string) (answer string, ok bool) {
	one := func(key string) string {
		if v := query[key]; len(v) == 1 {
			return v[0]
		}
		return ""
	}
	tokenFits := SecretEqual(verifyToken, one("hub.verify_token"))
	answer = one("hub.challenge")
	if !tokenFits || one("hub.mode") != "subscribe" || answer == "" || len(answer) > maxChallenge {
		return "", false
	}
	return answer, true
}
