package main

import (
	"context"
	"time"

	"parley/desk"
	"parley/httpapi"
	"parley/realtime"
)

// encoders make frames carry what the API would answer.
func encoders(r desk.Reader, now func() time.Time) realtime.Encode {
	return realtime.Encode{
		Conversations: func(ctx context.Context, rows []desk.Row) ([]any, error) {
			if len(rows) == 0 {
				return nil, nil
			}
			n, err := r.Names(ctx, rows[0].Conversation.Workspace)
			out := make([]any, len(rows))
			for i, row := range rows {
				out[i] = httpapi.EncodeConversation(row, n, now())
			}
			return out, err
		},
		Messages: func(ctx context.Context, rows []desk.MessageRow) ([]any, error) {
			if len(rows) == 0 {
				return nil, nil
			}
			n, err := r.Names(ctx, rows[0].Message.Workspace)
			out := make([]any, len(rows))
			for i, row := range rows {
				out[i] = httpapi.EncodeMessage(row, n)
			}
			return out, err
		},
		Contact:  func(c desk.ContactRow) any { return httpapi.EncodeContact(c) },
		Member:   func(m desk.Member, _ realtime.Presence) any { return httpapi.EncodeMember(m) },
		Counters: func(c desk.Counts, upto int64) any { return httpapi.EncodeCounters(c, upto) },
	}
}
