// Package referees drives github.com/piusalfred/whatsapp, unmodified, against
// `parley sim`. It is a module of its own, so that the SDK is no dependency of
// Parley, and shares no code with it.
package referees

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"sync"
	"syscall"
	"testing"
	"time"
)

// The shop that the tests play.
const (
	wabaID        = "102290129340398"
	phoneNumberID = "106540352242922"
	shopNumber    = "+421900000001"
	appSecret     = "the-app-secret"
	accessToken   = "the-access-token"
	verifyToken   = "the-verify-token"
	jana          = "+421905123456"
)

// patience is for anything that another process brings about.
const patience = 10 * time.Second

// simulator is a running `parley sim`.
type simulator struct {
	t   *testing.T
	url string
}

func startSimulator(t *testing.T) *simulator {
	t.Helper()
	binary := os.Getenv("PARLEY_BIN")
	if binary == "" {
		binary = "../../bin/parley"
	}
	cmd := exec.Command(binary, "sim", "--listen", "127.0.0.1:0")
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	out := &printed{address: make(chan string, 1)}
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		t.Fatalf("%v; make build makes the binary", err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	t.Cleanup(func() {
		if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Errorf("stopping the simulator: %v", err)
		}
		select {
		case <-ended:
		case <-time.After(patience):
			t.Error("the simulator did not stop")
			_ = cmd.Process.Kill() // it may end just now
		}
	})
	select {
	case address := <-out.address:
		return &simulator{t, address}
	case err := <-ended:
		ended <- err
		t.Fatalf("parley sim ended (%v), having printed: %s", err, out.text.String())
	case <-time.After(patience):
		t.Fatal("parley sim did not print its address")
	}
	return nil
}

// printed finds the address in what the simulator prints.
type printed struct {
	address chan string
	once    sync.Once
	text    bytes.Buffer
}

var addressPattern = regexp.MustCompile(`Graph API\s+(http://[^/\s]+)`)

func (p *printed) Write(b []byte) (int, error) {
	p.text.Write(b)
	if found := addressPattern.FindSubmatch(p.text.Bytes()); found != nil {
		p.once.Do(func() { p.address <- string(found[1]) })
	}
	return len(b), nil
}

// call makes a request of the control API and decodes the answer into into.
func (s *simulator) call(method, path string, body, into any) {
	s.t.Helper()
	data, err := json.Marshal(body)
	if err != nil {
		s.t.Fatal(err)
	}
	req, err := http.NewRequest(method, s.url+"/sim/api"+path, bytes.NewReader(data))
	if err != nil {
		s.t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	var answer json.RawMessage
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		s.t.Fatalf("%s %s: %v", method, path, err)
	}
	if resp.StatusCode/100 != 2 {
		s.t.Fatalf("%s %s: %s", method, path, answer)
	}
	if into == nil {
		return
	}
	if err := json.Unmarshal(answer, into); err != nil {
		s.t.Fatalf("%s %s: %v in %s", method, path, err, answer)
	}
}

// connect makes the shop's number known; with a callback address, Meta's
// handshake must succeed.
func (s *simulator) connect(callback string) {
	s.t.Helper()
	var answer struct {
		Verification *struct {
			OK    bool
			Error string
		}
	}
	s.call("POST", "/numbers", map[string]string{
		"waba_id": wabaID, "phone_number_id": phoneNumberID, "phone_number": shopNumber, "name": "Shop",
		"app_secret": appSecret, "access_token": accessToken, "callback_url": callback, "verify_token": verifyToken,
	}, &answer)
	if callback != "" && !answer.Verification.OK {
		s.t.Fatalf("the handshake failed: %s", answer.Verification.Error)
	}
}

// writes lets a customer send a message and gives its id.
func (s *simulator) writes(customer string, message map[string]any) string {
	s.t.Helper()
	var sent struct{ ID string }
	s.call("POST", "/customers/"+url.PathEscape(customer)+"/messages", message, &sent)
	return sent.ID
}

// shownMessage is what the customer's phone shows.
type shownMessage struct {
	ID        string
	Text      string
	Content   map[string]any
	ContextID string `json:"context_id"`
	Status    string
	Media     *struct {
		MIMEType string `json:"mime_type"`
		Filename string
		Size     int
	}
	Reactions []struct{ Direction, Emoji string }
}

func (s *simulator) shows(customer, id string) shownMessage {
	s.t.Helper()
	var list struct{ Items []shownMessage }
	s.call("GET", "/customers/"+url.PathEscape(customer)+"/messages", nil, &list)
	for _, m := range list.Items {
		if m.ID == id {
			return m
		}
	}
	s.t.Fatalf("the phone of %s has no message %s", customer, id)
	return shownMessage{}
}

func (s *simulator) fault(kind string) {
	s.t.Helper()
	s.call("POST", "/faults", map[string]any{"kind": kind, "count": 1}, nil)
}

// refused waits until a webhook of the message was answered with the status
// and tried again.
func (s *simulator) refused(messageID string, status int) {
	s.t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(patience)
	for {
		var list struct {
			Items []struct {
				MessageID string `json:"message_id"`
				Attempts  int
				LastCode  int `json:"last_code"`
			}
		}
		s.call("GET", "/deliveries", nil, &list)
		for _, d := range list.Items {
			if d.MessageID == messageID && d.Attempts > 1 && d.LastCode == status {
				return
			}
		}
		select {
		case <-tick.C:
		case <-deadline:
			s.t.Fatal(fmt.Sprintf("waited in vain for a second attempt after status %d: ", status), list.Items)
		}
	}
}
