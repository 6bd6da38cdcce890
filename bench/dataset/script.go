package dataset

import (
	"encoding/base64"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"parley/desk"
)

const (
	span = 730 * 24 * time.Hour // how far the data reach back from the base time

	recently  = 48 * time.Hour // some conversations end in so short a time
	idsEach   = 4              // ids of a message: its hook's, its own, its attempt's, its file's
	idsThread = 4              // ids of a conversation: contact, phone number, user id, its own
)

// script is everything that follows from size, seed and base time. Message k is
// the k-th in the order of time of all conversations, as rows are in a database
// that grew by itself.
type script struct {
	size    Size
	seed    uint64
	base    time.Time // the end of the data
	tongues []*tongue
	order   []uint64 // message k: seconds since the beginning << 24 | conversation
	threads []thread // after all messages

	firstID desk.ID // of conversations; those of messages follow
	place   place
}

// place is where the data belong: rows that were made before.
type place struct {
	Workspace desk.ID
	Portfolio string
	Channels  []desk.ID
	Teams     [][]desk.ID // the agents of each channel
}

// thread is what is known of a conversation after some of its messages.
type thread struct {
	messages              int32
	inbound               int32
	unanswered            int32 // inbound ones since the last of ours
	first, last, lastSeen int32 // numbers of messages; lastSeen leaves out notes
	lastIn, lastOut       int32
	waitsFrom             int32 // the first unanswered one
	lastOrdinal           int32 // of lastSeen in the conversation
	outOrdinal            int32
}

func newScript(size Size, seed uint64, base time.Time, firstID desk.ID, p place, words []*tongue) *script {
	s := &script{size: size, seed: seed, base: base.UTC().Truncate(time.Second), tongues: words, firstID: firstID, place: p}
	s.lay()
	s.threads = make([]thread, size.Conversations)
	for k := range s.order {
		s.advance(s.threads, k)
	}
	return s
}

// Source of randomness for one thing: the same thing gets the same numbers,
// whenever it is asked for.
func (s *script) rand(purpose, thing uint64) *rand.Rand {
	return rand.New(rand.NewPCG(s.seed<<8|purpose, thing))
}

const (
	forTimes = iota
	forMessage
	forThread
	forContact
)

// lay decides when every message was written. Conversations begin evenly over
// the time and have few messages or many (log-normal); messages come in bursts.
func (s *script) lay() {
	n, long := s.size.Conversations, s.longest()
	weights := make([]float64, n)
	total := 0.0
	for c := range weights {
		if c != long {
			weights[c] = math.Exp(1.1 * s.rand(forTimes, uint64(c)).NormFloat64())
			total += weights[c]
		}
	}
	// Beside the long thread each has one message, and its share of the rest.
	rest := float64(s.size.Messages - s.size.longThread() - (n - 1))
	s.order = make([]uint64, 0, s.size.Messages)
	sum, given := 0.0, 0
	for c := range weights {
		count := s.size.longThread()
		if c != long {
			sum += weights[c]
			upto := int(math.Round(rest * sum / total))
			count, given = 1+upto-given, upto
		}
		s.layThread(c, count)
	}
	slices.Sort(s.order)
}

func (s *script) longest() int { return s.size.Conversations / 10 }

func (s *script) layThread(c, count int) {
	r := s.rand(forTimes, uint64(c)+1<<40)
	end := span.Seconds()
	begin := end * math.Pow((float64(c)+0.5)/float64(s.size.Conversations), 0.85)
	bursts := make([]float64, 1+count/6)
	bursts[0] = begin
	for i := 1; i < len(bursts); i++ {
		bursts[i] = begin + r.Float64()*(end-begin)
	}
	if r.IntN(100) < 15 {
		bursts[len(bursts)-1] = end - r.Float64()*recently.Seconds()
	}
	slices.Sort(bursts)
	for i, at := range bursts {
		upto := count * (i + 1) / len(bursts)
		for range upto - count*i/len(bursts) {
			second := uint64(max(0, min(at, end-1)))
			s.order = append(s.order, second<<24|uint64(c))
			at += 120 * r.ExpFloat64()
		}
	}
}

func (s *script) conversationOf(k int) int { return int(s.order[k] & (1<<24 - 1)) }

func (s *script) at(k int) time.Time {
	return s.base.Add(-span + time.Duration(s.order[k]>>24)*time.Second)
}

// side says who wrote the j-th message of a conversation.
func (s *script) side(c int, j int32) desk.Direction {
	if j == 0 {
		return desk.In
	}
	switch n := mix(s.seed, uint64(c)<<32|uint64(j)) % 100; {
	case n < 2:
		return desk.Internal
	case n < 55:
		return desk.In
	}
	return desk.Out
}

// mix is one step of SplitMix64.
func mix(seed, x uint64) uint64 {
	x += seed*0x9e3779b97f4a7c15 + 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// advance notes message k in its conversation's state and returns its ordinal
// there.
func (s *script) advance(threads []thread, k int) (c int, j int32) {
	c = s.conversationOf(k)
	t := &threads[c]
	j = t.messages
	t.messages++
	if j == 0 {
		t.first, t.lastOut = int32(k), -1
	}
	t.last = int32(k)
	switch s.side(c, j) {
	case desk.In:
		if t.unanswered == 0 {
			t.waitsFrom = int32(k)
		}
		t.inbound++
		t.unanswered++
		t.lastIn, t.lastSeen, t.lastOrdinal = int32(k), int32(k), j
	case desk.Out:
		t.unanswered = 0
		t.lastOut, t.lastSeen, t.lastOrdinal, t.outOrdinal = int32(k), int32(k), j, j
	}
	return c, j
}

// A contact has one conversation, or, one in twenty, a second in another channel.
func contactOf(c int) int {
	if c%20 == 19 {
		return c - 1
	}
	return c
}

func (s *script) tongueOf(c int) *tongue {
	return s.tongues[mix(s.seed, uint64(contactOf(c))|1<<50)%uint64(len(s.tongues))]
}

// phone is different for each contact.
func (s *script) phone(c int) string {
	t := s.tongueOf(c)
	const all = 100_000_000 // 8 digits
	return fmt.Sprintf("%s%0*d", t.phone, t.digits, (uint64(contactOf(c))*73_939_133+s.seed%all)%all)
}

func (s *script) channelOf(c int) int {
	n := int(mix(s.seed, uint64(contactOf(c))|1<<51) % channels)
	if contactOf(c) != c {
		n = (n + 1) % channels
	}
	return n
}

func (s *script) threadID(c int) desk.ID { return s.firstID + desk.ID(c)*idsThread + 3 }

func (s *script) contactID(c int) desk.ID { return s.firstID + desk.ID(contactOf(c))*idsThread }

func (s *script) messageID(k int) desk.ID {
	return s.firstID + desk.ID(s.size.Conversations)*idsThread + desk.ID(k)*idsEach + 1
}

// endID is the first id that is free.
func (s *script) endID() desk.ID { return s.messageID(s.size.Messages) }

// person is a contact with its addresses.
type person struct {
	desk.Contact
	phone, userID desk.Identity
}

func (s *script) person(c int) person {
	r, t := s.rand(forContact, uint64(c)), s.tongueOf(c)
	at := s.at(int(s.threads[c].first))
	name := t.first[r.IntN(len(t.first))] + " " + t.last[r.IntN(len(t.last))]
	p := person{Contact: desk.Contact{ID: s.contactID(c), Workspace: s.place.Workspace, Profile: name, CreatedAt: at}}
	if r.IntN(5) == 0 {
		p.Name = name + " " + t.last[r.IntN(len(t.last))]
	}
	if r.IntN(20) == 0 {
		p.Note = t.written[t.pick.draw(r)] + " " + t.written[t.pick.draw(r)]
	}
	p.phone = desk.Identity{ID: p.ID + 1, Workspace: p.Workspace, Contact: p.ID, Kind: desk.ByPhone, Value: s.phone(c), CreatedAt: at}
	p.userID = desk.Identity{ID: p.ID + 2, Workspace: p.Workspace, Contact: p.ID, Kind: desk.ByUserID, Scope: s.place.Portfolio, Value: s.userID(c), CreatedAt: at}
	return p
}

func (s *script) userID(c int) string {
	return fmt.Sprintf("SK.%016x", mix(s.seed, uint64(contactOf(c))|1<<52))
}

// line is a message with what stands beside it.
type line struct {
	desk.Message
	words   string // of the text, as they are found
	file    desk.File
	attempt desk.Attempt
	notes   []desk.StatusNote
}

// line writes message k, the j-th of conversation c, whose message before was
// number before, or -1.
func (s *script) line(k, c int, j int32, before int) line {
	r, t := s.rand(forMessage, uint64(c)<<32|uint64(j)), s.tongueOf(c)
	at, id := s.at(k), s.messageID(k)
	l := line{Message: desk.Message{
		ID: id, Workspace: s.place.Workspace, Conversation: s.threadID(c), Channel: s.place.Channels[s.channelOf(c)], Contact: s.contactID(c),
		Direction: s.side(c, j), Type: desk.TypeText, CreatedAt: at, Order: desk.Order{At: at, Hook: id},
	}}
	var found []string
	l.Text, found = t.say(r)
	switch l.Direction {
	case desk.In:
		l.Identity, l.Author = l.Contact+1, desk.Author{Kind: desk.ByContact, ID: l.Contact}
		l.ProviderAt, l.Order.Hook = at, id-1
		l.CreatedAt = at.Add(time.Duration(200+r.IntN(900)) * time.Millisecond)
		l.ExternalID = s.wamid(c, j)
		if r.IntN(100) < 7 {
			found = s.attach(&l, r, found)
		}
	case desk.Out:
		l.Identity, l.Author = l.Contact+1, desk.Author{Kind: desk.ByMember, ID: s.agent(c, r)}
		l.ProviderAt, l.ExternalID = at, s.wamid(c, j)
		l.ClientID = fmt.Sprintf("%016x%08x", r.Uint64(), uint32(k))
		s.send(&l, r)
	default:
		l.Type, l.Author = desk.TypeNote, desk.Author{Kind: desk.ByMember, ID: s.agent(c, r)}
		l.ClientID = fmt.Sprintf("%016x%08x", r.Uint64(), uint32(k))
	}
	if l.Direction != desk.Internal && before >= 0 && r.IntN(20) == 0 {
		l.ReplyTo, l.ReplyToExt = s.messageID(before), s.wamid(c, j-1)
		if s.side(c, j-1) == desk.Internal {
			l.ReplyTo, l.ReplyToExt = 0, ""
		}
	}
	if l.Direction == desk.Out && r.IntN(50) == 0 {
		l.ReactionIn = desk.Reaction{Emoji: "👍", At: at.Add(time.Minute)}
	}
	if len(found) > 0 {
		l.words = strings.Join(append(found, "_w"+l.Workspace.String(), "_c"+l.Channel.String()), " ")
	}
	return l
}

// attach makes the message a picture or a voice note. Its bytes are long gone.
func (s *script) attach(l *line, r *rand.Rand, found []string) []string {
	l.Type = desk.TypeImage
	l.file = desk.File{
		ID: l.ID + 2, Workspace: l.Workspace, Channel: l.Channel, Conversation: l.Conversation, Message: l.ID,
		State: desk.FileExpired, Reason: "The provider did not have the file any more.", MIME: "image/jpeg", Size: int64(20_000 + r.IntN(400_000)), CreatedAt: l.CreatedAt,
	}
	if r.IntN(3) == 0 {
		l.Type, l.file.MIME, l.Content.Voice = desk.TypeAudio, "audio/ogg", true
	}
	l.Content.Files = []desk.ID{l.file.ID}
	if l.Type == desk.TypeImage && r.IntN(3) == 0 {
		return found // with a caption
	}
	l.Text = ""
	return nil
}

// send gives an outgoing message its history.
func (s *script) send(l *line, r *rand.Rand) {
	at := l.Order.At
	l.attempt = desk.Attempt{
		ID: l.ID + 1, Message: l.ID, Ref: fmt.Sprintf("v1.%016x%016x.1", r.Uint64(), r.Uint64()), At: at.Add(20 * time.Millisecond), DoneAt: at.Add(300 * time.Millisecond),
		Outcome: "accepted", ExternalID: l.ExternalID,
	}
	note := func(status desk.Status, after time.Duration, code string) {
		l.Status = status
		l.notes = append(l.notes, desk.StatusNote{Message: l.ID, Status: status, At: at.Add(after), Code: code, Hook: l.ID - 1})
	}
	if r.IntN(100) == 0 {
		note(desk.StatusFailed, time.Second, "131026")
		l.ErrorCode, l.ErrorText = "131026", "The customer's phone did not take the message."
		return
	}
	note(desk.StatusSent, time.Second, "")
	if n := r.IntN(100); n < 96 {
		note(desk.StatusDelivered, 2*time.Second, "")
		if n < 80 {
			note(desk.StatusRead, time.Duration(5+r.IntN(3600))*time.Second, "")
		}
	}
}

// wamid is a message's id at the provider: it begins with the customer's number
// and ends at random.
func (s *script) wamid(c int, j int32) string {
	h := mix(s.seed, uint64(c)<<32|uint64(j)|1<<60)
	return "wamid.HBgM" + base64.RawStdEncoding.EncodeToString([]byte(s.phone(c)[1:])) + "FQIAEhgU" + strings.ToUpper(fmt.Sprintf("%016x%08x", h, uint32(mix(h, 1))))
}

// agent is one of the channel's team.
func (s *script) agent(c int, r *rand.Rand) desk.ID {
	team := s.place.Teams[s.channelOf(c)]
	return team[r.IntN(len(team))]
}

// say makes up a text and lists its different words as they are found.
func (t *tongue) say(r *rand.Rand) (text string, found []string) {
	var b strings.Builder
	n := min(60, 1+int(9*r.ExpFloat64()))
	begin := true
	add := func(word, folded string) {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		if begin {
			first, size := utf8.DecodeRuneInString(word)
			b.WriteRune(unicode.ToUpper(first))
			b.WriteString(word[size:])
		} else {
			b.WriteString(word)
		}
		begin = false
		if !slices.Contains(found, folded) {
			found = append(found, folded)
		}
	}
	for i := range n {
		w := t.pick.draw(r)
		add(t.written[w], t.found[w])
		if i == n-1 || r.IntN(12) == 0 {
			b.WriteByte(".?!"[r.IntN(3)])
			begin = true
		}
	}
	if r.IntN(100) < 15 { // the number of an order
		number := strconv.Itoa(100_000 + r.IntN(900_000))
		begin = false
		add(number, number)
	}
	return b.String(), found
}

// conversation is the final state of conversation c.
func (s *script) conversation(c int) desk.Conversation {
	r, t := s.rand(forThread, uint64(c)), s.threads[c]
	at := func(k int32) time.Time { return s.at(int(k)) }
	v := desk.Conversation{
		ID: s.threadID(c), Workspace: s.place.Workspace, Number: int64(c) + 1, Channel: s.place.Channels[s.channelOf(c)], Contact: s.contactID(c),
		State: desk.Closed, InboundTotal: int64(t.inbound), ReadTotal: int64(t.inbound), OpenerAt: at(t.lastIn),
		LastIn: at(t.lastIn), LastInID: s.messageID(int(t.lastIn)), CreatedAt: at(t.first),
	}
	shown := func(k, j int32) desk.LastMessage {
		m := s.line(int(k), c, j, -1).Message
		return desk.LastMessage{ID: m.ID, Order: m.Order, Direction: m.Direction, Type: m.Type, Status: m.Status, Preview: desk.Preview(m)}
	}
	v.Last = shown(t.lastSeen, t.lastOrdinal)
	if t.lastOut >= 0 {
		v.LastOut = shown(t.lastOut, t.outOrdinal)
		v.Operator = s.agent(c, r)
	}
	age := s.base.Sub(at(t.last))
	open := 3 // of a hundred
	switch {
	case age < recently:
		open = 85
	case age < 14*24*time.Hour:
		open = 40
	}
	switch n := r.IntN(200); {
	case n < 2*open:
		v.State = desk.Open
	case n < 2*open+3:
		v.State = desk.Snoozed
		v.SnoozedUntil = s.base.Add(time.Duration(30+r.IntN(335)) * 24 * time.Hour)
	default:
		v.ClosedAt = at(t.last).Add(time.Hour)
	}
	if r.IntN(10) < 6 {
		v.Assignee = s.agent(c, r)
	}
	if t.unanswered > 0 {
		v.WaitingSince = at(t.waitsFrom)
		if v.State != desk.Closed {
			v.Waiting = r.IntN(5) > 0
		}
		if v.Waiting && r.IntN(10) < 7 || r.IntN(20) == 0 {
			v.ReadTotal -= 1 + int64(r.IntN(int(t.unanswered)))
		}
	}
	return v
}
