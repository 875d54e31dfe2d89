"""What is run in an R kernel before any block: IRkernel loses some output, and is slow with much of it."""

PRELUDE = r"""
local({
  quietly <- function(part) tryCatch(suppressMessages(suppressWarnings(part)), error = function(e) NULL)
  run <- base::system
  sleep <- base::Sys.sleep
  kernel <- sys.frame(1)$kernel

  quietly({
    options(crayon.enabled = FALSE, cli.num_colors = 1L, menu.graphics = FALSE)
    if (capabilities("cairo")) options(bitmapType = "cairo")
    if (!l10n_info()$`UTF-8`) Sys.setlocale("LC_CTYPE", "C.UTF-8")
  })

  # What commands write would end in the kernel's log.
  system_shown <- function(command, intern = FALSE, ignore.stdout = FALSE, ignore.stderr = FALSE, wait = TRUE, ...) {
    if (intern || !wait) return(run(command, intern, ignore.stdout, ignore.stderr, wait, ...))
    files <- c(tempfile(), tempfile())
    on.exit(unlink(files))
    # Files, since jobs in the background would hold pipes open.
    command <- paste0("exec >", shQuote(files[1]), " 2>", shQuote(files[2]), "\n", command)
    ran <- suppressWarnings(run(command, intern = TRUE, ...))
    told <- lapply(files, readLines, warn = FALSE)
    if (!ignore.stdout) writeLines(told[[1]])
    if (!ignore.stderr && length(told[[2]])) message(paste(told[[2]], collapse = "\n"))
    invisible(if (is.null(status <- attr(ran, "status"))) 0L else status)
  }
  if (.Platform$OS.type == "unix") quietly(IRkernel:::replace_in_package("base", "system", system_shown))

  # What was printed before a pause is shown before it.
  quietly(IRkernel:::replace_in_package("base", "Sys.sleep", function(time) {
    evaluate::flush_console()
    invisible(sleep(time))
  }))

  # While it waits for an answer, IRkernel takes no interrupt.
  quietly({
    answer <- kernel$executor$handle_stdin
    kernel$executor$handle_stdin <- function() {
      repeat {
        pbdZMQ::zmq.poll(c(kernel$sockets$stdin), c(pbdZMQ::ZMQ.PO()$POLLIN), timeout = 100L)
        if (bitwAnd(pbdZMQ::zmq.poll.get.revents(1), pbdZMQ::ZMQ.PO()$POLLIN)) return(answer())
        sleep(0)
      }
    }
  })

  # R runs no calling handlers where the stack is full: without this, endless recursion would look like success.
  # After an error, the rest of its line is not run either.
  quietly({
    call <- get("evaluate_call", asNamespace("evaluate"))
    environment(call) <- list2env(parent = asNamespace("evaluate"), list(try = function(expr, silent = FALSE) {
      within <- parent.env(parent.frame())
      if (!isTRUE(within$stopped)) tryCatch(expr, error = function(e) {
        within$stopped <- TRUE
        within$ev <- list(value = NULL, visible = FALSE)
        if (inherits(e, "stackOverflowError")) within$eHandler(e)
      })
    }))
    if ("try" %in% all.names(body(call))) utils::assignInNamespace("evaluate_call", call, "evaluate")
  })

  # Old versions collect output line by line into a vector that is copied each time, and lose it at an interrupt.
  # What is written to stderr would end in the kernel's log.
  whole <- function(bytes) {
    n <- length(bytes)
    for (back in seq_len(min(3L, n))) {
      byte <- as.integer(bytes[n - back + 1L])
      if (byte < 0x80) return(n)
      if (byte >= 0xC0) return(if (back < 2L + (byte >= 0xE0) + (byte >= 0xF0)) n - back else n)
    }
    n
  }
  watchout <- function(debug = FALSE) {
    handler <- parent.frame()$output_handler
    con <- file("", "w+b")
    errors <- file("", "w+b")
    sink(con, split = debug)
    sink(errors, type = "message")
    kept <- raw()
    as_text <- function(bytes) iconv(rawToChar(bytes[bytes != 0L]), "UTF-8", "UTF-8", sub = "\uFFFD")
    pass_on <- function(give) {
      while (length(read <- readBin(errors, "raw", 65536L))) kernel$executor$stream(as_text(read), "stderr")
      while (length(read <- readBin(con, "raw", 65536L))) {
        bytes <- c(kept, read)
        n <- whole(bytes)
        kept <<- bytes[-seq_len(n)]
        give(as_text(bytes[seq_len(n)]))
      }
    }
    list(
      get_new = function(plot = FALSE, incomplete_plots = FALSE, text_callback = identity,
                         graphics_callback = identity) {
        out <- list()
        if (plot) {
          out$graphics <- evaluate:::plot_snapshot(incomplete_plots)
          if (!is.null(out$graphics)) graphics_callback(out$graphics)
        }
        pass_on(text_callback)
        unname(out)
      },
      pause = function() sink(),
      unpause = function() sink(con, split = debug),
      close = function() {
        sink()
        sink(type = "message")
        pass_on(handler$text)
        if (length(kept)) handler$text(as_text(kept))
        close(con)
        close(errors)
      },
      get_con = function() con
    )
  }
  quietly(if (identical(names(formals(get("watchout", asNamespace("evaluate")))), "debug")) {
    utils::assignInNamespace("watchout", watchout, "evaluate")
  })
})
"""
"""Where a version has changed what a part stands on, that part does nothing."""
