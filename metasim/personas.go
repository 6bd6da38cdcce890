package metasim

import (
	"cmp"
	"context"
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Persona is a simulated customer who acts on their own.
type Persona struct {
	Phone    string
	Name     string
	Language string // en, sk, pt, hr or bg
}

// PersonaConfig says how simulated customers behave.
type PersonaConfig struct {
	// Cast are those who begin conversations. Default: a built-in cast in
	// five languages.
	Cast []Persona
	// Numbers are the business numbers they write to; empty: all.
	Numbers []string
	// Seed decides who does what.
	Seed uint64
	// Gap is the shortest time between two messages of all customers
	// together. Default, and least, 20 s.
	Gap time.Duration
	// Quiet is for how long they do not write after somebody moved the clock:
	// who looks at windows does not want them opened. Default 10 min.
	Quiet time.Duration
	// Tick drives them when set, with the time it carries; otherwise they act
	// every two seconds.
	Tick <-chan time.Time
}

// personas is the running play. It reads what customers got after a few
// seconds, for everyone but those whose phone screen is open, answers now and
// then, and lets the cast begin conversations.
type personas struct {
	server *Server
	cfg    PersonaConfig
	dice   *rand.Rand
	cancel context.CancelFunc
	done   chan struct{}
	once   sync.Once

	seen     map[string]time.Time // when a message was first noticed on a phone
	handled  map[string]bool      // the last message of a thread that was thought about
	lastSent time.Time
	began    int

	lastTick, lastClock time.Time // to notice a moved clock
	quietUntil          time.Time
}

// StartPersonas lets simulated customers act until [Server.StopPersonas] or
// Close. Starting again replaces the running ones.
func (s *Server) StartPersonas(cfg PersonaConfig) {
	s.StopPersonas()
	if len(cfg.Cast) == 0 {
		cfg.Cast = builtInCast()
	}
	cfg.Gap = max(cfg.Gap, 20*time.Second)
	cfg.Quiet = cmp.Or(cfg.Quiet, 10*time.Minute)
	ctx, cancel := context.WithCancel(s.ctx)
	p := &personas{
		server: s, cfg: cfg, dice: rand.New(rand.NewPCG(cfg.Seed, 0x70657273)), cancel: cancel, done: make(chan struct{}),
		seen: map[string]time.Time{}, handled: map[string]bool{},
	}
	s.mu.Lock()
	s.personas = p
	s.mu.Unlock()
	go p.run(ctx)
}

// StopPersonas ends the play and waits; without one it does nothing.
func (s *Server) StopPersonas() {
	s.mu.Lock()
	p := s.personas
	s.personas = nil
	s.mu.Unlock()
	if p != nil {
		p.stop()
	}
}

func (p *personas) stop() {
	p.once.Do(p.cancel)
	<-p.done
}

func (p *personas) run(ctx context.Context) {
	defer close(p.done)
	tick := p.cfg.Tick
	if tick == nil {
		ticker := time.NewTicker(2 * time.Second)
		defer ticker.Stop()
		tick = ticker.C
	}
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-tick:
			p.step(now)
		}
	}
}

const (
	readsAfter   = 4 * time.Second
	answersAfter = 9 * time.Second

	// A customer says at most so much within a while, and begins anew only
	// when they were answered and some time has gone by. Without anybody at
	// the desk the cast falls silent after one message each.
	talkative = 4
	while     = 30 * time.Minute
	pause     = 10 * time.Minute
)

// step is what happens at one tick: reading, and at most one message.
func (p *personas) step(now time.Time) {
	s := p.server
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(p.seen)+len(p.handled) > 20_000 {
		clear(p.seen)
		clear(p.handled)
	}
	var candidate *Message
	for _, c := range s.customers {
		if !c.reachable || s.events.inHand(c.key()) {
			continue
		}
		for _, n := range s.numbers {
			t := s.threads[threadKey{n, c}]
			if n.deleted || t == nil || len(t.messages) == 0 {
				continue
			}
			last := t.messages[len(t.messages)-1]
			p.read(t, now)
			if last.Direction != "out" || statusRank[last.Status] < statusRank["read"] || last.Status == "failed" || p.handled[last.ID] {
				continue
			}
			if first, ok := p.seen[last.ID]; ok && now.Sub(first) >= answersAfter && candidate == nil {
				candidate = last
			}
		}
	}
	if p.clockMoved(now) || !p.lastSent.IsZero() && now.Sub(p.lastSent) < p.cfg.Gap {
		return
	}
	switch {
	case candidate != nil:
		p.handled[candidate.ID] = true
		if p.dice.IntN(4) > 0 {
			p.answer(candidate, now)
		}
	case p.dice.IntN(p.lull()) == 0:
		p.begin(now)
	}
}

// lull is how many ticks go by, on average, before somebody begins: few at
// first, so that there is something to see, then a good minute.
func (p *personas) lull() int {
	if p.began < 2 {
		return 10
	}
	return 40
}

// clockMoved reports whether the server's clock was moved a short while ago. It
// goes by what the clock shows, because the one below it may be moved too.
func (p *personas) clockMoved(now time.Time) bool {
	clock := p.server.now()
	if !p.lastTick.IsZero() {
		if drift := clock.Sub(p.lastClock) - now.Sub(p.lastTick); drift.Abs() > 30*time.Second {
			p.quietUntil = now.Add(p.cfg.Quiet)
		}
	}
	p.lastTick, p.lastClock = now, clock
	return now.Before(p.quietUntil)
}

// read opens the thread on the phone once its messages have been there for a
// few seconds.
func (p *personas) read(t *thread, now time.Time) {
	for _, m := range t.messages {
		if m.Direction != "out" || m.Status != "delivered" || m.past {
			continue
		}
		first, noticed := p.seen[m.ID]
		if !noticed {
			p.seen[m.ID] = now
		} else if now.Sub(first) >= readsAfter {
			p.server.advance(m, "read")
		}
	}
}

func (p *personas) answer(to *Message, now time.Time) {
	t := p.server.thread(to.number, to.customer)
	if p.server.now().Sub(to.At) > while || t.said(p.server.now().Add(-while)) >= talkative {
		return
	}
	text := p.pick(linesOf(p.language(to.customer)).answers)
	in := CustomerMessage{To: to.number.PhoneNumberID, Type: "text", Text: text}
	switch content := to.Content; to.Type {
	case "interactive":
		if reply := p.tap(content); reply != nil {
			in.Type, in.Text, in.Body, in.ContextID = "interactive", "", reply, to.ID
		}
	default:
		if p.dice.IntN(6) == 0 {
			in.Type, in.Text, in.Body = "reaction", "", obj{"message_id": to.ID, "emoji": "👍"}
		}
	}
	p.send(to.customer.key(), in, now)
}

// tap chooses one of a message's reply buttons.
func (p *personas) tap(content obj) obj {
	action, _ := content["action"].(obj)
	buttons, _ := action["buttons"].([]any)
	if len(buttons) == 0 {
		return nil
	}
	button, _ := buttons[p.dice.IntN(len(buttons))].(obj)
	reply, _ := button["reply"].(obj)
	return obj{"type": "button_reply", "button_reply": obj{"id": reply["id"], "title": reply["title"]}}
}

// begin lets the next of the cast who has a reason start a conversation.
func (p *personas) begin(now time.Time) {
	var live []*number
	for _, n := range p.server.numbers {
		if !n.deleted && (len(p.cfg.Numbers) == 0 || slices.Contains(p.cfg.Numbers, n.PhoneNumberID) || slices.Contains(p.cfg.Numbers, n.PhoneNumber)) {
			live = append(live, n)
		}
	}
	if len(live) == 0 {
		return
	}
	to := live[p.dice.IntN(len(live))]
	for range p.cfg.Cast {
		who := p.cfg.Cast[p.began%len(p.cfg.Cast)]
		p.began++
		if p.mayBegin(who, to) {
			p.open(who, to, now)
			return
		}
	}
}

// mayBegin reports whether who is not being played, is not waiting for an
// answer and was not just talking with to.
func (p *personas) mayBegin(who Persona, to *number) bool {
	if p.server.events.inHand(who.Phone) {
		return false
	}
	c := p.server.customer(who.Phone)
	if c == nil {
		return true
	}
	all := p.server.thread(to, c).messages
	if len(all) == 0 {
		return true
	}
	last := all[len(all)-1]
	return last.Direction == "out" && p.server.now().Sub(last.At) >= pause
}

func (p *personas) open(who Persona, to *number, now time.Time) {
	lines := linesOf(who.Language)
	in := CustomerMessage{To: to.PhoneNumberID, Type: "text", Text: lines.openers[p.dice.IntN(len(lines.openers))], Customer: Customer{Name: &who.Name}}
	if p.dice.IntN(8) == 0 {
		in.Type, in.Body = "image", obj{"caption": in.Text}
	}
	p.send(who.Phone, in, now)
}

func (p *personas) send(who string, in CustomerMessage, now time.Time) {
	m, err := p.server.compose(who, in)
	if err != nil {
		p.server.cfg.Logger.Warn("a simulated customer could not write", "error", err)
		return
	}
	p.server.arrive(m, in)
	p.lastSent = now
}

func (p *personas) pick(lines []string) string { return lines[p.dice.IntN(len(lines))] }

// language is the cast member's, or that of the phone's country.
func (p *personas) language(c *customer) string {
	for _, who := range p.cfg.Cast {
		if digits, _ := digitsOf(who.Phone); digits == c.phone && digits != "" {
			return who.Language
		}
	}
	return map[string]string{"SK": "sk", "CZ": "sk", "BR": "pt", "PT": "pt", "HR": "hr", "BA": "hr", "BG": "bg"}[c.bsuid[:2]]
}

// personaState answers GET /sim/api/personas.
func (s *Server) personaState() any {
	s.mu.Lock()
	defer s.mu.Unlock()
	return map[string]any{"on": s.personas != nil}
}

// postPersonas switches them on or off.
func (s *Server) postPersonas(r *http.Request) (any, error) {
	var in struct {
		On   bool        `json:"on"`
		Seed json.Number `json:"seed"`
	}
	if err := readJSON(r, &in); err != nil {
		return nil, err
	}
	s.StopPersonas()
	if in.On {
		seed, _ := in.Seed.Int64()
		s.StartPersonas(PersonaConfig{Seed: cmp.Or(uint64(seed), s.cfg.Seed)})
	}
	return s.personaState(), nil
}
