package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	mrand "math/rand/v2"
	"net/http"
	"os/exec"
	"regexp"
	"strconv"
	"sync"
	"time"

	"github.com/coder/websocket"

	"parley/desk"
	"parley/store"
)

const (
	talks      = 640 // conversations that replies go to, so that no customer gets too many at once
	metaPerSec = 80  // what a number may send a second at Meta, and what the lanes keep to
)

// send measures replies, from the API to the provider's acceptance as a browser
// sees it.
func (b *run) send(ctx context.Context) error {
	sim, err := b.simulator(ctx)
	if err != nil {
		return err
	}
	if err := b.withStore(ctx, func(st *store.Store) error {
		return st.Write(ctx, desk.FromMembers, func(tx desk.Tx) error {
			c, err := tx.LockConnection(b.conn.ID)
			if err != nil {
				return err
			}
			c.APIBaseURL, c.State, c.StateText = sim+"/v24.0", "ok", ""
			return tx.SetConnection(c)
		})
	}); err != nil {
		return err
	}
	tokens, err := b.tokens(ctx, []desk.ID{b.owner()})
	if err != nil {
		return err
	}
	p, err := b.server(ctx, false)
	if err != nil {
		return err
	}
	threads, err := b.greet(ctx, sim, p.URL)
	if err != nil {
		return err
	}
	w, err := b.watchReplies(ctx, p.URL, tokens[0])
	if err != nil {
		return err
	}
	defer w.leave()
	before, err := p.use(ctx)
	if err != nil {
		return err
	}
	var answered, accepted []time.Duration
	var lost int
	var took time.Duration
	if err := p.profiled(ctx, b.cfg.Profile, func() (err error) {
		answered, accepted, lost, took, err = b.reply(ctx, p.URL, tokens[0], threads, w)
		return err
	}); err != nil {
		return err
	}
	after, err := p.use(ctx)
	if err != nil {
		return err
	}
	twice, err := twiceAccepted(ctx, sim)
	if err != nil {
		return err
	}
	if err := b.emit(Row{Name: "send", Note: "64 members, each replies again when the last reply is shown as accepted; limit: 80 a second for each of the ten numbers, as Meta has it"}.
		timed(accepted).over(len(accepted), took).burnt(after.CPU-before.CPU).weighing(after.RSS).against(float64(len(b.numbers)*metaPerSec)).
		with("never_accepted", float64(lost)).with("accepted_twice", float64(twice))); err != nil {
		return err
	}
	if err := b.emit(Row{Name: "send_answer", Note: "the API's answer to the same replies: stored, on its way"}.timed(answered).over(len(answered), took)); err != nil {
		return err
	}
	w.leave()
	return p.end()
}

// simulator starts the stand-in for Meta and makes the numbers known to it.
func (b *run) simulator(ctx context.Context) (base string, err error) {
	cmd := exec.Command(b.cfg.Binary, "sim", "--listen", "127.0.0.1:0")
	dieWithUs(cmd)
	out, err := cmd.StdoutPipe()
	if err != nil {
		return "", err
	}
	if err := cmd.Start(); err != nil {
		return "", err
	}
	b.onEnd(func() error {
		cmd.Process.Kill()
		cmd.Wait()
		return nil
	})
	said, buf := "", make([]byte, 4096)
	address := regexp.MustCompile(`Graph API\s+(http://[^/\s]+)`)
	for base == "" {
		n, err := out.Read(buf)
		if said += string(buf[:n]); err != nil {
			return "", fmt.Errorf("the simulator did not start: %w: %s", err, said)
		}
		if m := address.FindStringSubmatch(said); m != nil {
			base = m[1]
		}
	}
	go io.Copy(io.Discard, out)
	return base, nil
}

// greet lets customers write, so that their windows are open, and returns their
// conversations.
func (b *run) greet(ctx context.Context, sim, base string) ([]desk.ID, error) {
	for _, n := range b.numbers {
		if err := call(ctx, http.DefaultClient, sim+"/sim/api/numbers", "", map[string]any{
			"waba_id": b.conn.AccountID, "phone_number_id": n.ExternalID, "phone_number": n.Address, "name": n.Name, "throughput": 100_000,
			"app_secret": b.conn.Secrets.AppSecret, "access_token": b.conn.Secrets.AccessToken, "verify_token": b.conn.Secrets.VerifyToken, "callback_url": base + "/hooks/" + b.conn.Key,
		}, http.StatusCreated); err != nil {
			return nil, err
		}
	}
	after, err := b.look.lastMessage(ctx)
	if err != nil {
		return nil, err
	}
	r := mrand.New(mrand.NewPCG(3, 3))
	wanted := min(talks, b.data.Size.Conversations/2)
	for i := range wanted {
		customer := 2 * i * (b.data.Size.Conversations / 2 / wanted) // every second: two may be the same person
		c := b.data.Customer(customer)
		if err := call(ctx, http.DefaultClient, sim+"/sim/api/customers/"+c.Phone+"/messages", "", map[string]any{
			"to": b.numbers[i%len(b.numbers)].Address, "type": "text", "text": b.data.Say(customer, r),
		}, http.StatusCreated); err != nil {
			return nil, err
		}
	}
	var threads []desk.ID
	return threads, until(ctx, 5*time.Minute, func() (bool, error) {
		rows, err := b.look.db.QueryContext(ctx, "SELECT DISTINCT conversation_id FROM messages WHERE id > $1 AND direction = 'in'", after)
		if err != nil {
			return false, err
		}
		defer rows.Close()
		threads = nil
		for rows.Next() {
			var id desk.ID
			if err := rows.Scan(&id); err != nil {
				return false, err
			}
			threads = append(threads, id)
		}
		return len(threads) >= wanted, rows.Err()
	})
}

// call posts JSON.
func call(ctx context.Context, client *http.Client, url, token string, v any, want int) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != want {
		err = fmt.Errorf("POST %s: %s: %s", url, resp.Status, answer)
	}
	return err
}

// replies is a browser that sees what becomes of replies.
type replies struct {
	mu      sync.Mutex
	waiting map[string]chan struct{} // by client id
	stop    context.CancelFunc
	done    sync.WaitGroup
}

func (b *run) watchReplies(ctx context.Context, base, token string) (*replies, error) {
	ctx, cancel := context.WithCancel(ctx)
	w := &replies{waiting: map[string]chan struct{}{}, stop: cancel}
	conn, _, err := websocket.Dial(ctx, "ws"+base[len("http"):]+"/ws", &websocket.DialOptions{HTTPHeader: http.Header{"Authorization": {"Bearer " + token}}})
	if err != nil {
		cancel()
		return nil, err
	}
	conn.SetReadLimit(64 << 20)
	if _, _, err := conn.Read(ctx); err != nil {
		cancel()
		return nil, errors.Join(err, conn.CloseNow())
	}
	w.done.Go(func() {
		defer conn.CloseNow()
		for {
			_, data, err := conn.Read(ctx)
			if err != nil {
				return
			}
			w.hear(data)
		}
	})
	return w, nil
}

func (w *replies) leave() {
	w.stop()
	w.done.Wait()
}

// hear wakes those whose messages the frame shows as accepted or further.
func (w *replies) hear(data []byte) {
	var f struct {
		Changes []struct {
			Kind  string
			Value json.RawMessage
		}
	}
	if json.Unmarshal(data, &f) != nil {
		return
	}
	for _, c := range f.Changes {
		if c.Kind != "message" {
			continue
		}
		var m struct {
			ClientID string `json:"client_id"`
			Status   string
		}
		if json.Unmarshal(c.Value, &m) != nil {
			continue
		}
		switch m.Status {
		case "accepted", "sent", "delivered", "read":
			w.mu.Lock()
			if come := w.waiting[m.ClientID]; come != nil {
				close(come)
				delete(w.waiting, m.ClientID)
			}
			w.mu.Unlock()
		}
	}
}

func (w *replies) await(client string) <-chan struct{} {
	come := make(chan struct{})
	w.mu.Lock()
	defer w.mu.Unlock()
	w.waiting[client] = come
	return come
}

// reply lets members reply for a while, each in conversations of their own.
func (b *run) reply(ctx context.Context, base, token string, threads []desk.ID, w *replies) (answered, accepted []time.Duration, lost int, took time.Duration, err error) {
	tag := b.newSender().tag
	type part struct {
		answered, accepted []time.Duration
		lost               int
		err                error
	}
	parts := make([]part, min(clients, len(threads)))
	own := len(threads) / len(parts)
	keeping := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clients}}
	defer keeping.CloseIdleConnections()
	began := time.Now()
	var wg sync.WaitGroup
	for i := range parts {
		wg.Go(func() {
			r, p := mrand.New(mrand.NewPCG(5, uint64(i))), &parts[i]
			for n := 0; time.Since(began) < b.cfg.For; n++ {
				client := "bench-" + tag + "-" + strconv.Itoa(i) + "-" + strconv.Itoa(n)
				come := w.await(client)
				at := time.Now()
				if p.err = call(ctx, keeping, base+"/api/v1/conversations/"+threads[i*own+n%own].String()+"/messages", token,
					map[string]any{"client_id": client, "type": "text", "text": b.data.Say(i, r) + " " + client}, http.StatusCreated); p.err != nil {
					return
				}
				p.answered = append(p.answered, time.Since(at))
				select {
				case <-come:
					p.accepted = append(p.accepted, time.Since(at))
				case <-time.After(patience):
					p.lost++
				case <-ctx.Done():
					p.err = ctx.Err()
					return
				}
			}
		})
	}
	wg.Wait()
	took = time.Since(began)
	for _, p := range parts {
		answered, accepted, lost, err = append(answered, p.answered...), append(accepted, p.accepted...), lost+p.lost, errors.Join(err, p.err)
	}
	return answered, accepted, lost, took, err
}

// twiceAccepted asks the simulator how many of the latest messages it took more
// than once.
func twiceAccepted(ctx context.Context, sim string) (n int, err error) {
	data, err := fetch(ctx, http.MethodGet, sim+"/sim/api/accepted")
	if err != nil {
		return 0, err
	}
	var list struct {
		Items []struct {
			Text  string
			Count int
		}
	}
	if err := json.Unmarshal(data, &list); err != nil {
		return 0, err
	}
	if len(list.Items) == 0 {
		return 0, errors.New("the simulator has accepted nothing")
	}
	times := map[string]int{} // by text, which is different for each reply
	for _, m := range list.Items {
		times[m.Text] += m.Count
	}
	for _, count := range times {
		if count > 1 {
			n++
		}
	}
	return n, nil
}
