package chaos

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"
)

// reply is what a member wrote and what the server said of it.
type reply struct {
	clientID     string
	conversation string
	text         string
	id           string // of the stored message, once the server said so
	refused      bool   // with a reason that stays
}

// members answer customers through the API.
type members struct {
	base   func() string
	token  string
	client *http.Client

	mu      sync.Mutex
	replies []*reply
	broken  []string // promises that an answer broke
}

// work answers until ctx ends. A reply without an answer is repeated under its
// client_id until it has one.
func (m *members) work(ctx context.Context, rng *rand.Rand, name string, pause time.Duration) {
	for n := 0; rest(ctx, pause); n++ {
		id, ok := m.pick(ctx, rng)
		if !ok {
			continue
		}
		r := &reply{clientID: fmt.Sprintf("%s-%d", name, n), conversation: id, text: fmt.Sprintf("Odpoveď %s-%d", name, n)}
		m.mu.Lock()
		m.replies = append(m.replies, r)
		m.mu.Unlock()
		for !m.say(ctx, r) && rest(ctx, 20*time.Millisecond) {
		}
		if rng.IntN(3) == 0 && r.id != "" {
			m.say(ctx, r) // as a browser does that did not see the answer
		}
	}
}

// finish gives every reply its answer.
func (m *members) finish(ctx context.Context) error {
	for _, r := range m.replies {
		if r.id != "" || r.refused {
			continue
		}
		if err := poll(ctx, 30*time.Second, func() (bool, error) { return m.say(ctx, r), nil }); err != nil {
			return err
		}
	}
	return nil
}

func (m *members) pick(ctx context.Context, rng *rand.Rand) (string, bool) {
	var page struct {
		Items []struct {
			ID     string
			Window struct{ Service struct{ Open bool } }
		}
	}
	status, err := m.call(ctx, http.MethodGet, "/api/v1/conversations?view=all&limit=50", nil, &page)
	if err != nil || status != http.StatusOK || len(page.Items) == 0 {
		return "", false
	}
	c := page.Items[rng.IntN(len(page.Items))]
	return c.ID, c.Window.Service.Open
}

// say posts a reply and reports whether it has its answer.
func (m *members) say(ctx context.Context, r *reply) bool {
	var stored struct{ ID, Text string }
	status, err := m.call(ctx, http.MethodPost, "/api/v1/conversations/"+r.conversation+"/messages",
		map[string]any{"client_id": r.clientID, "type": "text", "text": r.text}, &stored)
	if err != nil {
		return false
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case status == http.StatusCreated || status == http.StatusOK:
		if r.id != "" && r.id != stored.ID {
			m.broken = append(m.broken, fmt.Sprintf("client_id %s made message %s and then %s", r.clientID, r.id, stored.ID))
		}
		if stored.Text != r.text {
			m.broken = append(m.broken, fmt.Sprintf("client_id %s was answered with another text", r.clientID))
		}
		r.id = stored.ID
		return true
	case status >= 400 && status < 500 && status != http.StatusTooManyRequests:
		r.refused = true
		return true
	}
	return false
}

func (m *members) call(ctx context.Context, method, path string, body, into any) (int, error) {
	data, err := json.Marshal(body)
	if err != nil {
		return 0, err
	}
	req, err := http.NewRequestWithContext(ctx, method, m.base()+path, bytes.NewReader(data))
	if err != nil {
		return 0, err
	}
	req.Header.Set("Authorization", "Bearer "+m.token)
	req.Header.Set("Content-Type", "application/json")
	status, answer, err := fetch(m.client, req)
	if err != nil {
		return 0, err
	}
	if status/100 == 2 {
		err = json.Unmarshal(answer, into)
	}
	return status, err
}
