package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"gongkai/catalog"
)

func auditCommand() *cobra.Command {
	var limit int
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "audit",
		Short: "List who did what to what, newest first",
		Args:  exactArgs(0),
	}
	data := dataFlag(cmd)
	cmd.Flags().IntVar(&limit, "limit", 100, "how many events; 0: all")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON, one event a line")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if limit < 0 {
			return &exitError{exitUsage, fmt.Errorf("--limit is %d; give 1 or more, or 0 for all", limit)}
		}
		if err := mustExist(*data); err != nil {
			return err
		}
		fo, err := openFolder(cmd.Context(), *data)
		if err != nil {
			return err
		}
		defer fo.close()
		left := limit
		for before := int64(0); ; {
			const page = 500
			want := page
			if limit > 0 {
				want = min(page, left)
			}
			events, err := fo.store.ListEvents(cmd.Context(), before, want)
			if err != nil {
				return err
			}
			for _, e := range events {
				if err := printEvent(cmd, e, asJSON); err != nil {
					return err
				}
				before = e.ID
			}
			left -= len(events)
			if len(events) < want || (limit > 0 && left == 0) {
				return nil
			}
		}
	}
	return cmd
}

// auditLine is an event as `audit --json` prints it.
type auditLine struct {
	ID      int64             `json:"id"`
	At      time.Time         `json:"at"`
	Actor   string            `json:"actor"`
	Action  string            `json:"action"`
	Object  string            `json:"object"`
	Details map[string]string `json:"details"`
}

func printEvent(cmd *cobra.Command, e catalog.Event, asJSON bool) error {
	if asJSON {
		return writeJSONLine(cmd.OutOrStdout(), auditLine(e))
	}
	var details []string
	for _, k := range slices.Sorted(maps.Keys(e.Details)) {
		details = append(details, k+"="+e.Details[k])
	}
	_, err := fmt.Fprintf(cmd.OutOrStdout(), "%s\t%s\t%s\t%s\t%s\n", e.At.Format(time.RFC3339), e.Actor, e.Action, e.Object, strings.Join(details, " "))
	return err
}
