package bench

import (
	"bufio"
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"

	"parley/bench/dataset"
)

// hook is a signed delivery of one text message, as Meta sends it: ASCII only,
// with everything else escaped.
type hook struct {
	channel  string // phone number id
	number   string // of the business
	customer dataset.Customer
	id       string // of the message
	text     string
	at       time.Time
}

// request is the whole HTTP request. Clients that build it by hand leave the
// machine to the server.
func (h hook) request(host, path, secret string) []byte {
	body := fmt.Appendf(nil, `{"object":"whatsapp_business_account","entry":[{"id":"%s","changes":[{"value":{"messaging_product":"whatsapp",`+
		`"metadata":{"display_phone_number":"%s","phone_number_id":"%s"},"contacts":[{"profile":{"name":%s},"wa_id":"%s","user_id":"%s"}],`+
		`"messages":[{"from":"%s","from_user_id":"%s","id":"%s","timestamp":"%d","text":{"body":%s},"type":"text"}]},"field":"messages"}]}]}`,
		dataset.Account, h.number[1:], h.channel, ascii(h.customer.Name), h.customer.Phone[1:], h.customer.UserID,
		h.customer.Phone[1:], h.customer.UserID, h.id, h.at.Unix(), ascii(h.text))
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	head := fmt.Appendf(make([]byte, 0, len(body)+300), "POST %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: facebookexternalua\r\nContent-Type: application/json\r\n"+
		"X-Hub-Signature-256: sha256=%x\r\nContent-Length: %d\r\n\r\n", path, host, mac.Sum(nil), len(body))
	return append(head, body...)
}

// ascii is a JSON string without any byte above 127.
func ascii(s string) string {
	quoted, err := json.Marshal(s)
	if err != nil {
		panic(err) // a string can always be written
	}
	var b strings.Builder
	for _, r := range string(quoted) {
		switch {
		case r < 0x80:
			b.WriteRune(r)
		case r < 0x10000:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&b, `\u%04x\u%04x`, high, low)
		}
	}
	return b.String()
}

// caller is one client with one connection that stays open.
type caller struct {
	host string
	conn net.Conn
	r    *bufio.Reader
}

// answer is what came back.
type answer struct {
	status int
	retry  bool // it says when to come again
}

func dial(ctx context.Context, base string) (*caller, error) {
	u, err := url.Parse(base)
	if err != nil {
		return nil, err
	}
	c := &caller{host: u.Host}
	return c, c.connect(ctx)
}

func (c *caller) connect(ctx context.Context) (err error) {
	var d net.Dialer
	if c.conn, err = d.DialContext(ctx, "tcp", c.host); err != nil {
		return err
	}
	c.r = bufio.NewReaderSize(c.conn, 2048)
	return nil
}

func (c *caller) close() error { return c.conn.Close() }

// patience is how long an answer may take before it counts as none.
const patience = 60 * time.Second

// post sends a request and reads its answer.
func (c *caller) post(request []byte) (a answer, err error) {
	if err := c.conn.SetDeadline(time.Now().Add(patience)); err != nil {
		return a, err
	}
	if _, err := c.conn.Write(request); err != nil {
		return a, err
	}
	line, err := c.r.ReadSlice('\n')
	if err != nil {
		return a, err
	}
	if len(line) < 12 {
		return a, fmt.Errorf("%q is no answer", line)
	}
	if a.status, err = strconv.Atoi(string(line[9:12])); err != nil {
		return a, err
	}
	length := 0
	for {
		line, err := c.r.ReadSlice('\n')
		if err != nil {
			return a, err
		}
		key, value, found := bytes.Cut(bytes.TrimSpace(line), []byte(":"))
		if !found {
			break
		}
		switch strings.ToLower(string(key)) {
		case "content-length":
			if length, err = strconv.Atoi(string(bytes.TrimSpace(value))); err != nil {
				return a, err
			}
		case "retry-after":
			a.retry = true
		case "transfer-encoding":
			return a, errors.New("the answer is in pieces")
		}
	}
	_, err = c.r.Discard(length)
	return a, err
}
