package metasim

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

// hookCall is one prepared webhook request.
type hookCall struct {
	url     string
	body    []byte
	headers map[string]string
}

// prepare builds the body and signs it. 360dialog passes Meta's envelope on
// unchanged but without Meta's signature; its own headers authenticate.
func (s *Server) prepare(n *number, batch []*Delivery) hookCall {
	entries := []byte(nil)
	bad := false
	for _, d := range batch {
		if entries != nil {
			entries = append(entries, ',')
		}
		id, _ := encodeASCII(n.WABAID) // a string always encodes
		entries = fmt.Appendf(entries, `{"id":%s,`, id)
		if d.entryTime != 0 {
			entries = fmt.Appendf(entries, `"time":%d,`, d.entryTime)
		}
		entries = fmt.Appendf(entries, `"changes":[{"value":%s,"field":%q}]}`, d.Value, d.Field)
		bad = bad || d.badSignature
	}
	call := hookCall{
		url:     s.target(n).URL,
		body:    fmt.Appendf(nil, `{"object":"whatsapp_business_account","entry":[%s]}`, entries),
		headers: map[string]string{},
	}
	if n.Provider == "360dialog" {
		for k, v := range n.Headers {
			call.headers[k] = v
		}
	} else if n.AppSecret != "" {
		mac := hmac.New(sha256.New, []byte(n.AppSecret))
		mac.Write(call.body)
		sum := mac.Sum(nil)
		if bad {
			sum[0] ^= 0xff
		}
		call.headers["X-Hub-Signature-256"] = "sha256=" + hex.EncodeToString(sum)
	}
	return call
}

func (s *Server) post(ctx context.Context, call hookCall) (int, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, call.url, bytes.NewReader(call.body))
	if err != nil {
		return 0, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "facebookexternalua")
	for k, v := range call.headers {
		req.Header.Set(k, v)
	}
	resp, err := s.cfg.Client.Do(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	io.Copy(io.Discard, io.LimitReader(resp.Body, 1<<20))
	return resp.StatusCode, nil
}

// Verification is the outcome of Meta's GET handshake with a callback address.
type Verification struct {
	OK     bool   `json:"ok"`
	Status int    `json:"status,omitempty"`
	Error  string `json:"error,omitempty"`
}

// VerifyCallback makes the handshake with the number's callback address that
// Meta makes when one is registered. The number keeps working either way.
func (s *Server) VerifyCallback(ctx context.Context, phoneNumberID string) Verification {
	s.mu.Lock()
	n := s.number(phoneNumberID)
	if n == nil {
		s.mu.Unlock()
		return Verification{Error: "the number is not known"}
	}
	to := s.target(n)
	s.mu.Unlock()
	return s.handshake(ctx, to)
}

func (s *Server) handshake(ctx context.Context, to callback) Verification {
	if to.URL == "" {
		return Verification{Error: "no callback_url is set"}
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	u, err := url.Parse(to.URL)
	if err != nil {
		return Verification{Error: err.Error()}
	}
	challenge := objectID()
	q := u.Query()
	q.Set("hub.mode", "subscribe")
	q.Set("hub.challenge", challenge)
	q.Set("hub.verify_token", to.VerifyToken)
	u.RawQuery = q.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return Verification{Error: err.Error()}
	}
	resp, err := s.cfg.Client.Do(req)
	if err != nil {
		return Verification{Error: err.Error()}
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(io.LimitReader(resp.Body, 1<<10))
	switch {
	case resp.StatusCode != http.StatusOK:
		return Verification{Status: resp.StatusCode, Error: "the callback did not answer 200: check the verify token"}
	case string(bytes.TrimSpace(body)) != challenge:
		return Verification{Status: resp.StatusCode, Error: "the callback did not answer with the challenge"}
	}
	return Verification{OK: true, Status: resp.StatusCode}
}
