// Command gongkai turns a department's spreadsheets into published open data:
// it serves the catalogue, reads and publishes workbooks, and keeps the data
// folder. It holds flags and wiring only; what is done is done by the packages.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"gongkai/catalog"
)

// Exit codes beside 0 and 1.
const (
	exitUsage   = 2 // the command line cannot be understood
	exitRefused = 3 // the data is refused: errors, or warnings under --strict; the draft is kept
)

// exitError ends the program with a code; its message has been printed already
// where it is empty.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string {
	if e.err == nil {
		return ""
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

func main() { os.Exit(run()) }

func run() int {
	// DuckDB writes exports into pipes whose readers may go away; that must end
	// the write, never the server.
	signal.Ignore(syscall.SIGPIPE)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	err := rootCommand().ExecuteContext(ctx)
	if err == nil {
		return 0
	}
	if text := err.Error(); text != "" {
		fmt.Fprintln(os.Stderr, "gongkai: "+text)
	}
	var client *catalog.Error
	if errors.As(err, &client) && client.Fix != "" {
		fmt.Fprintln(os.Stderr, client.Fix)
	}
	var exit *exitError
	if errors.As(err, &exit) {
		return exit.code
	}
	return 1
}

func rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "gongkai",
		Short: "Turn the spreadsheets of departments into published open data",
		Args: func(_ *cobra.Command, args []string) error { // reached only where no command has the name
			if len(args) > 0 {
				return &exitError{exitUsage, fmt.Errorf("there is no command %q; see gongkai --help", args[0])}
			}
			return nil
		},
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return &exitError{exitUsage, err} })
	root.CompletionOptions.HiddenDefaultCmd = true
	root.AddCommand(
		serveCommand(), publishCommand(), inspectCommand(), recipeCommand(), rereadCommand(), departmentCommand(), tokenCommand(), demoCommand(),
		auditCommand(), purgeCommand(), verifyCommand(), backupCommand(), restoreCommand(), workerCommand(),
	)
	return root
}

// exactArgs is cobra.ExactArgs with our exit code.
func exactArgs(n int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if err := cobra.ExactArgs(n)(cmd, args); err != nil {
			return &exitError{exitUsage, fmt.Errorf("%w; usage: %s", err, cmd.UseLine())}
		}
		return nil
	}
}
