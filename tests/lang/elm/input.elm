port module Main exposing (main, Model)

{-| A counter. -}

import Browser
import Html exposing (Html, button, div)


-- MODEL


{-| What is known. -}
type alias Model =
    { count : Int
    , name : String
    }


type Msg
    = Increment
    | Set Int


port save : Int -> Cmd msg


infix left 6 (|=) = plus


{-| Starts it. -}
init : Model
init =
    { count = 0, name = "x" }


update : Msg -> Model -> Model
update msg model =
    let
        one =
            1

        add : Int -> Int
        add n =
            n + one
    in
    case msg of
        Increment ->
            { model | count = add model.count }

        Set n ->
            if n > 0 then
                { model | count = n }

            else
                model


view model = div [] (List.map (\x -> x) [])
