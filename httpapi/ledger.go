package httpapi

import (
	"context"
	"encoding/base64"
	"time"
	"unicode/utf8"

	"parley/desk"
)

// Hook is one delivery of a provider and its fate.
type Hook struct {
	ID           string     `json:"id"`
	ConnectionID string     `json:"connection_id"`
	ReceivedAt   time.Time  `json:"received_at"`
	State        HookState  `json:"state"`
	Reason       *string    `json:"reason" doc:"Why it was not applied; of several reasons the first."`
	DoneAt       *time.Time `json:"done_at"`
	Tally        HookTally  `json:"tally"`
	Items        []HookItem `json:"items" doc:"Its parts that failed or were ignored: in lists the first 20 of each hook. Where one hook is asked for, all of its parts."`
}

// HookDetail is one delivery with what was delivered.
type HookDetail struct {
	Hook
	Body       *string `json:"body" doc:"What the provider sent, as it came; null when it is no text."`
	BodyBase64 *string `json:"body_base64" doc:"The same in base64 when it is no text, else null."`
}

// HookTally counts the parts of a hook by what became of them.
type HookTally struct {
	Items      int `json:"items"`
	Applied    int `json:"applied" doc:"Also those that were applied before a replay."`
	Parked     int `json:"parked" doc:"Waiting for the message that they are about."`
	Duplicates int `json:"duplicates"`
	Ignored    int `json:"ignored"`
	Failed     int `json:"failed"`
}

// HookItem says what became of one part of a hook.
type HookItem struct {
	Index  int       `json:"index"`
	Field  string    `json:"field" doc:"The provider's name of what changed, such as messages; empty where it was not noted: of parts that were applied, or had come before."`
	State  HookState `json:"state"`
	Reason string    `json:"reason" doc:"Why it was not applied."`
}

func encodeHook(h desk.Hook, items []desk.HookItem) Hook {
	t := h.Tally
	return Hook{
		ID: h.ID.String(), ConnectionID: h.Connection.String(), ReceivedAt: h.ReceivedAt, State: HookState(h.State),
		Reason: orNil(h.Reason), DoneAt: timeOrNil(h.DoneAt),
		Tally: HookTally{Items: t.Items, Applied: t.Applied, Parked: t.Parked, Duplicates: t.Duplicates, Ignored: t.Ignored, Failed: t.Failed},
		Items: encodeAll(items, func(i desk.HookItem) HookItem {
			return HookItem{Index: i.Index, Field: i.Field, State: HookState(i.State), Reason: i.Reason}
		}),
	}
}

// itemsInList is how many parts of a hook its entry in a list tells of; the tally
// counts all.
const itemsInList = 20

type hookFilter struct {
	State string `query:"state" enum:"pending,applied,duplicate,ignored,failed" doc:"Without one: all."`
	Paging
}

func (s *API) listHooks(ctx context.Context, a desk.Actor, in *hookFilter) (Page[Hook], error) {
	r := s.cfg.Desk.Reader()
	page, err := r.Hooks(ctx, a.Member.Workspace, desk.HookState(in.State), in.page())
	if err != nil {
		return Page[Hook]{}, err
	}
	var odd []desk.ID
	for _, h := range page.Items {
		if h.Tally.Failed+h.Tally.Ignored > 0 {
			odd = append(odd, h.ID)
		}
	}
	items, err := r.HooksItems(ctx, odd, itemsInList)
	if err != nil {
		return Page[Hook]{}, err
	}
	of := map[desk.ID][]desk.HookItem{}
	for _, i := range items {
		of[i.Hook] = append(of[i.Hook], i)
	}
	return pageOf(page, func(h desk.Hook) Hook { return encodeHook(h, of[h.ID]) }), nil
}

func (s *API) getHook(ctx context.Context, a desk.Actor, in *ByID) (HookDetail, error) {
	id, err := in.id("The hook")
	if err != nil {
		return HookDetail{}, err
	}
	r := s.cfg.Desk.Reader()
	h, err := r.Hook(ctx, a.Member.Workspace, id)
	if err != nil {
		return HookDetail{}, err
	}
	odd, err := r.HookItems(ctx, id)
	if err != nil {
		return HookDetail{}, err
	}
	d := HookDetail{Hook: encodeHook(h, h.Fates(odd))}
	if utf8.Valid(h.Body) {
		d.Body = new(string(h.Body))
	} else {
		d.BodyBase64 = new(base64.StdEncoding.EncodeToString(h.Body))
	}
	return d, nil
}

func (s *API) replayHook(ctx context.Context, a desk.Actor, in *ByID) error {
	id, err := in.id("The hook")
	if err != nil {
		return err
	}
	return s.cfg.Desk.ReplayHook(ctx, a, id)
}
