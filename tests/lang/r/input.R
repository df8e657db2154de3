#!/usr/bin/env Rscript
# A sum.
library(stats)

#' Add two numbers.
#' @export
add <- function(a, b = 1) {
  helper <- function(x) x + 1
  if (a > b) {
    return(helper(a))
  } else {
    for (i in 1:10) print(i)
  }
  while (TRUE) break
  repeat { break }
  a + b
}

sub = function(a) a
function(x) x -> right
lambda <- \(x) x^2
assign("assigned", function(x) x)
`odd name` <- function() NULL
"quoted" <- function() NULL
`names<-` <- function(x, value) x
print.thing <- function(x, ...) UseMethod("print")
max_size <- 100
values <<- c(1, 2)
obj$method <- function() 1
table[["k"]] <- function() 1
lst <- list(f = function() 1, g = 2)

setClass("Person", representation(name = "character"))
setGeneric("speak", function(x) standardGeneric("speak"))
setMethod("speak", "Person", function(x) {
  cat(x@name)
})
setRefClass("Account", fields = list(b = "numeric"))
Stack <- R6::R6Class("Stack",
  public = list(
    items = NULL,
    push = function(x) {
      self$items <- c(self$items, x)
    }
  ),
  private = list(hidden = function() 1)
)
test_that("it works", { expect_equal(add(1, 2), 3) })
