package jobs

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"parley/channel"
	"parley/desk"
)

// Limits of a phone number and of a pair of number and customer (Meta,
// "Messaging limits and throughput", 2026: 80 messages/s; 1 per 6 s to one
// person with 45 in a burst).
const (
	perSecond    = 80
	pairBurst    = 45
	pairInterval = 6 * time.Second

	inFlight    = 32               // sends of one channel under way at once
	withFiles   = 8                // sends with a file, beside them: it may have to be uploaded first, which takes minutes
	showing     = 8                // receipts, beside them
	duePerLook  = 100              // rows read at once
	sendTimeout = 30 * time.Second // then the outcome is unknown
	uploading   = 5 * time.Minute  // of one file
	stopGrace   = 7 * time.Second  // for answers when the process ends
)

// lanes sends what is queued, each channel on its own. Order within a
// conversation is kept by the store: only the head of a conversation is due.
type lanes struct {
	*Runner
	mu    sync.Mutex
	lanes map[desk.ID]*lane
	rests rests // by message
	group sync.WaitGroup
}

// line is what a lane sends over, with the right to do so.
type line struct {
	*hold
	driver     channel.Driver
	connection desk.Connection
	channel    desk.Channel
}

// lane is the traffic of one channel.
type lane struct {
	hold    *hold            // while which it was; with the next one it begins anew
	flying  map[desk.ID]bool // messages under way
	files   map[desk.ID]bool // messages with a file under way
	showing map[desk.ID]bool // receipts under way, by the customer's message
	bucket  *rate.Limiter
	pairs   map[desk.ID]*rate.Limiter // by conversation
	pause   time.Time                 // the provider asked for quiet until then
	slow    int                       // how often in a row it did
	still   still
}

func newLanes(r *Runner) *lanes {
	return &lanes{Runner: r, lanes: map[desk.ID]*lane{}, rests: rests{Runner: r, what: "message_id", giveUp: func(ctx context.Context, d *desk.Desk, id desk.ID) error {
		return d.GiveUp(ctx, id)
	}}}
}

func (l *lanes) of(ch desk.ID) *lane {
	x := l.lanes[ch]
	if x == nil {
		x = &lane{flying: map[desk.ID]bool{}, files: map[desk.ID]bool{}, showing: map[desk.ID]bool{}, bucket: rate.NewLimiter(perSecond, perSecond), pairs: map[desk.ID]*rate.Limiter{}}
		l.lanes[ch] = x
	}
	return x
}

// wait lets sends under way end.
func (l *lanes) wait() { l.group.Wait() }

// pass starts what is due in every lane.
func (l *lanes) pass(ctx context.Context) (time.Duration, bool, error) {
	book, err := l.addressBook(ctx)
	if err != nil {
		return 0, false, err
	}
	next := time.Duration(0)
	var errs []error // a channel whose lane cannot be read holds up no other
	for _, ch := range book.byID {
		wait, err := l.work(ctx, book, ch)
		errs = append(errs, err)
		next = sooner(next, wait)
	}
	return next, false, l.join(errs)
}

// work starts what is due in the lane of one channel, if it is ours.
func (l *lanes) work(ctx context.Context, book addressBook, ch desk.Channel) (time.Duration, error) {
	h := l.keeper.enter(ch.Connection)
	if h == nil {
		return 0, nil
	}
	defer h.exit()
	ctx = h.within(ctx)
	l.mu.Lock()
	if x := l.of(ch.ID); x.hold != nil && x.hold != h {
		delete(l.lanes, ch.ID)
	}
	l.of(ch.ID).hold = h
	l.mu.Unlock()
	c, ok := book.connections[ch.Connection]
	p := line{h, l.drivers[ch.Kind], c, ch}
	switch {
	case !ch.RemovedAt.IsZero():
		return l.clear(ctx, p)
	case !ok || p.driver == nil:
		return 0, nil
	case c.State == "reconnect" || ch.State == "reconnect":
		return l.standStill(ctx, p)
	}
	return l.start(ctx, p)
}

// clear ends what is due in the lane of a channel that was removed: StartSend
// refuses it with the reason. It returns when there may be more.
func (l *lanes) clear(ctx context.Context, p line) (time.Duration, error) {
	now, store := l.desk.Now(), l.desk.Reader()
	messages, err := store.DueOutbound(ctx, p.channel.ID, now, 0, duePerLook)
	if err != nil {
		return 0, err
	}
	receipts, err := store.DueReceipts(ctx, p.channel.ID, now, 0, duePerLook)
	if err != nil {
		return 0, err
	}
	if len(messages)+len(receipts) == 0 {
		at, err := store.NextOutbound(ctx, p.channel.ID)
		if err != nil || at.IsZero() {
			return 0, err
		}
		return max(at.Sub(now), time.Millisecond), nil
	}
	var errs []error
	for _, o := range messages {
		_, err := p.desk.StartSend(ctx, o.Message)
		errs = append(errs, err)
	}
	for _, o := range receipts {
		_, _, err := p.desk.ReceiptFor(ctx, o.Message)
		errs = append(errs, err)
	}
	if err := l.join(errs); err != nil {
		return time.Second, err
	}
	return time.Millisecond, nil
}

// settleOpen looks after sends without an answer: those whose witness did not
// come in time, and those that say attempting while nobody here sends them. Those
// that an earlier holder left wait anew for their witness, which nobody could hear
// meanwhile. One that cannot be settled holds up no other.
func (l *lanes) settleOpen(ctx context.Context) (time.Duration, bool, error) {
	share := l.keeper.share()
	if share.None() {
		return 0, false, nil
	}
	holds := map[desk.ID]*hold{} // by connection
	for _, id := range share.Connections {
		if h := l.keeper.enter(id); h != nil {
			defer h.exit()
			holds[id] = h
		}
	}
	open, err := l.desk.Reader().UnfinishedOutbound(ctx, share)
	if err != nil {
		return 0, false, err
	}
	var book addressBook
	if len(open) > 0 {
		if book, err = l.addressBook(ctx); err != nil {
			return 0, false, err
		}
	}
	now := l.desk.Now()
	for _, o := range open {
		h := l.keeper.alone
		if h == nil {
			h = holds[book.byID[o.Channel].Connection]
		}
		if h != nil {
			l.settle(h.within(ctx), h, o, now)
		}
	}
	if l.keeper.alone != nil {
		l.keeper.alone.recovered.Store(true)
	}
	for _, h := range holds {
		h.recovered.Store(true)
	}
	return 0, false, nil
}

// settle looks after one send without an answer.
func (l *lanes) settle(ctx context.Context, h *hold, o desk.Outbound, now time.Time) {
	switch {
	case l.rests.left(o.Message, now) > 0 || l.inFlight(h, o):
	case o.State == desk.StatusAttempting || !h.recovered.Load():
		l.rests.handled(ctx, h.desk, o.Message, h.desk.RecoverSend(ctx, o.Message))
	case !o.NotBefore.After(now):
		l.rests.handled(ctx, h.desk, o.Message, h.desk.ResolveUnknown(ctx, o.Message))
	}
}

func (l *lanes) inFlight(h *hold, o desk.Outbound) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	x := l.lanes[o.Channel]
	return x != nil && x.hold == h && (x.flying[o.Message] || x.files[o.Message])
}

// start begins the due sends of one channel and returns when the next could
// begin, 0 when only a wake-up can tell. Receipts get what the messages leave of
// the channel's limit, and places of their own.
func (l *lanes) start(ctx context.Context, p line) (time.Duration, error) {
	now := l.desk.Now()
	l.mu.Lock()
	x := l.of(p.channel.ID)
	x.still = still{}
	quiet := x.pause.Sub(now)
	l.mu.Unlock()
	if quiet > 0 {
		return quiet, nil
	}
	store := l.desk.Reader()
	messages, err := l.messages(ctx, x, inFlight, withFiles, p, now)
	if err != nil || messages.spent {
		return messages.next, err
	}
	receipts, err := l.look(ctx, x, part{x.showing, showing, 0, func(after desk.ID) ([]desk.Outbound, error) {
		return store.DueReceipts(ctx, p.channel.ID, now, after, duePerLook)
	}}, now, func(o desk.Outbound) { l.begin(ctx, x, p, o, l.receipt) })
	if err != nil || messages.due || receipts.due {
		return sooner(messages.next, receipts.next), err
	}
	at, err := store.NextOutbound(ctx, p.channel.ID)
	if err != nil || at.IsZero() {
		return 0, err
	}
	return max(at.Sub(now), time.Millisecond), nil
}

// messages begins what is due, with at most so many under way, and so many with a
// file beside them.
func (l *lanes) messages(ctx context.Context, x *lane, most, files int, p line, now time.Time) (found, error) {
	return l.look(ctx, x, part{x.flying, most, files, func(after desk.ID) ([]desk.Outbound, error) {
		return l.desk.Reader().DueOutbound(ctx, p.channel.ID, now, after, duePerLook)
	}}, now, func(o desk.Outbound) { l.begin(ctx, x, p, o, l.message) })
}

// begin takes a row as far as it goes now, beside the others.
func (l *lanes) begin(ctx context.Context, x *lane, p line, o desk.Outbound, process func(context.Context, line, desk.Outbound) error) {
	p.again()
	l.group.Go(func() {
		defer p.exit()
		l.land(ctx, x, p, o, process(ctx, p, o))
	})
}

// part is what a lane does of one sort: messages or receipts.
type part struct {
	under map[desk.ID]bool // under way
	most  int              // at once
	files int              // of messages with a file, in places of their own; 0: in those of all
	due   func(after desk.ID) ([]desk.Outbound, error)
}

// found is what a look at a part of a lane came upon.
type found struct {
	due   bool          // something is due
	spent bool          // the channel may send nothing more now
	next  time.Duration // until something that is due and has to wait may begin; 0: unknown
}

// look begins what is due, page by page: rows that have to wait, for their pair's
// limit or because they failed, take nobody's place.
func (l *lanes) look(ctx context.Context, x *lane, p part, now time.Time, begin func(desk.Outbound)) (f found, err error) {
	for after, more := desk.ID(0), true; more && ctx.Err() == nil; {
		page, err := p.due(after)
		if err != nil || len(page) == 0 {
			return f, err
		}
		f.due, after = true, page[len(page)-1].Message
		more = l.take(x, p, page, now, &f, begin) && len(page) == duePerLook
	}
	return f, nil
}

// take begins what may begin of a page and reports whether there may be room for
// more.
func (l *lanes) take(x *lane, p part, page []desk.Outbound, now time.Time, f *found, begin func(desk.Outbound)) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, o := range page {
		if len(p.under) >= p.most {
			return false // one that lands makes room and pokes
		}
		under := p.under
		if p.files > 0 && o.File {
			under = x.files
		}
		if p.under[o.Message] || under[o.Message] || p.files > 0 && o.File && len(under) >= p.files {
			continue
		}
		wait := l.rests.left(o.Message, now)
		if wait == 0 {
			wait = x.reserve(o, now)
			f.spent = wait > 0 && x.bucket.TokensAt(now) < 1
		}
		if wait > 0 {
			f.next = sooner(f.next, wait)
			if f.spent {
				return false
			}
			continue
		}
		under[o.Message] = true
		begin(o)
	}
	return true
}

// sooner is the shorter of two waits; 0 stands for one that nobody knows.
func sooner(a, b time.Duration) time.Duration {
	if a == 0 || b == 0 {
		return max(a, b)
	}
	return min(a, b)
}

// reserve takes a place in the channel's and the pair's bucket, or takes none and
// says how long to wait for both.
func (x *lane) reserve(o desk.Outbound, now time.Time) time.Duration {
	places := []*rate.Reservation{x.bucket.ReserveN(now, 1)}
	if o.Receipt == "" {
		p := x.pairs[o.Conversation]
		if p == nil {
			x.forgetIdle(now)
			p = rate.NewLimiter(rate.Every(pairInterval), pairBurst)
			x.pairs[o.Conversation] = p
		}
		places = append(places, p.ReserveN(now, 1))
	}
	var wait time.Duration
	for _, r := range places {
		wait = max(wait, r.DelayFrom(now))
	}
	if wait > 0 {
		for _, r := range places {
			r.CancelAt(now)
		}
	}
	return wait
}

// forgetIdle drops the buckets that are full again, so that the map stays as
// small as the recent traffic.
func (x *lane) forgetIdle(now time.Time) {
	if len(x.pairs) < 1000 {
		return
	}
	for id, p := range x.pairs {
		if p.TokensAt(now) >= pairBurst {
			delete(x.pairs, id)
		}
	}
}

// land makes room. When the database takes nothing, the channel is quiet for a
// second, so that it is not hammered. Only a row's first failure says so: one
// that keeps losing while others get through must not hold them up.
func (l *lanes) land(ctx context.Context, x *lane, p line, o desk.Outbound, err error) {
	tries := l.rests.handled(ctx, p.desk, o.Message, err)
	l.mu.Lock()
	defer l.mu.Unlock()
	if o.Receipt == "" {
		delete(x.flying, o.Message)
		delete(x.files, o.Message)
	} else {
		delete(x.showing, o.Message)
	}
	if tries == 1 && unavailable(err) {
		x.pause = l.desk.Now().Add(time.Second)
	}
	poke(l.poked[loopLanes])
}

// message takes one message as far as it goes now.
func (l *lanes) message(ctx context.Context, p line, o desk.Outbound) error {
	s, err := p.desk.StartSend(ctx, o.Message)
	if err != nil || s == nil {
		return err
	}
	if s.Upload != nil {
		if done, err := l.upload(ctx, p, s); err != nil || !done {
			return err
		}
		if s, err = p.desk.StartSend(ctx, o.Message); err != nil || s == nil {
			return err
		}
		if s.Upload != nil {
			return p.desk.UploadFailed(ctx, o.Message, &desk.SendError{Kind: desk.Temporary, Code: "upload_expired", Text: "The provider did not keep the file long enough to send it. It is uploaded again."})
		}
	}
	return l.send(ctx, p, s)
}

// receipt tries once to show a small sign to the customer.
func (l *lanes) receipt(ctx context.Context, p line, o desk.Outbound) error {
	external, receipt, err := p.desk.ReceiptFor(ctx, o.Message)
	if err != nil || external == "" {
		return err
	}
	ctx, cancel := p.call(ctx, sendTimeout)
	defer cancel()
	if err := calling(func() error {
		return p.driver.MarkRead(ctx, p.connection, p.channel, external, receipt == desk.ReceiptTyping)
	}); err != nil {
		l.log.Info("a read receipt was not taken", "channel_id", p.channel.ID, "code", codeOf(err))
	}
	return nil
}

// send lets the bytes leave and writes down the answer, also when the process is
// about to end meanwhile.
func (l *lanes) send(ctx context.Context, p line, s *desk.Send) error {
	sending, cancel := p.call(context.WithoutCancel(ctx), sendTimeout)
	defer cancel()
	defer context.AfterFunc(ctx, func() { time.AfterFunc(stopGrace, cancel) })()
	if sending.Err() != nil { // the lease is too near to its end; nothing has left
		return p.desk.FinishSend(context.WithoutCancel(ctx), desk.Sent{Attempt: s.Attempt, Err: &desk.SendError{
			Kind: desk.Temporary, Code: "lease", Text: "The server could not reach its database in time. The message is sent in a moment.",
		}})
	}
	var receipt channel.Receipt
	err := calling(func() (err error) {
		receipt, err = p.driver.Send(sending, p.connection, p.channel, s.Outgoing)
		return err
	})
	out := desk.Sent{Attempt: s.Attempt, ExternalID: receipt.ExternalID, Request: receipt.Request, Response: receipt.Response}
	if err != nil {
		out.Err = asSendError(err)
		l.log.Info("a message was not taken", "message_id", s.Message.ID, "channel_id", p.channel.ID, "kind", out.Err.Kind, "code", out.Err.Code)
	}
	l.heed(ctx, p, out.Err)
	return p.desk.FinishSend(context.WithoutCancel(ctx), out)
}

// upload gives the provider the message's file and reports whether it has it.
func (l *lanes) upload(ctx context.Context, p line, s *desk.Send) (done bool, err error) {
	f := *s.Upload
	body, err := l.files.Open(ctx, f.Workspace, f.Hash)
	if errors.Is(err, fs.ErrNotExist) {
		return false, p.desk.UploadFailed(ctx, s.Message.ID, &desk.SendError{Kind: desk.Permanent, Code: "file_missing", Text: "The file is not on the server any more. Attach it again."})
	}
	if err != nil {
		return false, p.desk.UploadFailed(ctx, s.Message.ID, &desk.SendError{Kind: desk.Temporary, Code: "file_unreadable", Text: "The file cannot be read on the server just now. It is tried again.", Detail: err.Error()})
	}
	defer body.Close()
	limited, cancel := p.call(ctx, uploading)
	defer cancel()
	var up channel.Uploaded
	if err := calling(func() (err error) {
		up, err = p.driver.Upload(limited, p.connection, p.channel, desk.Upload{Name: f.Name, MIME: f.MIME, Size: f.Size, Body: body})
		return err
	}); err != nil {
		se := asSendError(err)
		l.heed(ctx, p, se)
		return false, p.desk.UploadFailed(context.WithoutCancel(ctx), s.Message.ID, se)
	}
	return true, p.desk.FileUploaded(ctx, f.ID, up.ProviderID, up.ExpiresAt)
}

// heed draws conclusions for the whole channel: quiet when the provider asks for
// it, a stop when the channel or its connection needs an admin, and an end of that
// when something got through.
func (l *lanes) heed(ctx context.Context, p line, why *desk.SendError) {
	l.mu.Lock()
	x := l.of(p.channel.ID)
	switch {
	case why == nil:
		x.slow = 0
	case why.Kind == desk.RateLimited && !why.Pair:
		x.slow = min(x.slow+1, 6)
		x.pause = l.desk.Now().Add(max(why.RetryAfter, time.Second<<(x.slow-1)))
	}
	l.mu.Unlock()
	ctx = context.WithoutCancel(ctx)
	var err error
	switch {
	case why == nil:
		err = p.desk.Works(ctx, p.connection, p.channel)
	case why.Kind == desk.Reconnect && why.Channel:
		err = p.desk.ChannelState(ctx, p.connection, p.channel, "reconnect", why.Text)
	case why.Kind == desk.Reconnect:
		err = p.desk.ConnectionState(ctx, p.connection, "reconnect", why.Text)
	}
	if err != nil && !errors.Is(err, desk.ErrLeaseLost) {
		l.log.Error("the state of a connection could not be noted", "connection_id", p.connection.ID, "channel_id", p.channel.ID, "error", err)
	}
}

// calling runs a driver's call. A panic is the failure of this one call: it must
// not end the process, which would find the same row again at its next start.
func calling(call func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("the call panicked: %v", v)
		}
	}()
	return call()
}

func asSendError(err error) *desk.SendError {
	var se *desk.SendError
	if errors.As(err, &se) {
		return se
	}
	return &desk.SendError{Kind: desk.Ambiguous, Code: "internal", Text: "Something went wrong while sending; whether the message arrived is being checked.", Detail: err.Error()}
}

func codeOf(err error) string { return asSendError(err).Code }
